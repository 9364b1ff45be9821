package dev.sluice.bench.micro;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.StreamReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Following a streamed answer that passes or is translated, per event: one event a read, and all in one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark {

    private static final int EVENTS = 100;

    @Param
    Pair pair;

    private ProviderCodec codec;
    private ByteSlice one;
    private ByteSlice all;

    @Setup
    public void render() {
        codec = pair.codec();
        one = pair.said().tokens(1);
        all = pair.said().tokens(EVENTS);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void anEventARead(Blackhole passed) {
        StreamReader reader = begun(passed);
        for (int i = 0; i < EVENTS; i++) {
            passed.consume(reader.accept(one));
        }
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public ByteSlice allInOneRead(Blackhole passed) {
        return begun(passed).accept(all);
    }

    /** What the beginning costs is on the bill of the events, as it is in a real stream. */
    private StreamReader begun(Blackhole passed) {
        StreamReader reader = codec.reader();
        passed.consume(reader.accept(pair.said().beginning()));
        return reader;
    }
}
