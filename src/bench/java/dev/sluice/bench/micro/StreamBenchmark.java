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

/**
 * Reads a streamed response that passes or is translated, per event: with one event per read, and with all events in
 * one read.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark {

    private static final int EVENTS = 100;

    @Param
    CodecCase codecCase;

    private ProviderCodec codec;
    private ByteSlice one;
    private ByteSlice all;

    @Setup
    public void render() {
        codec = codecCase.codec();
        one = codecCase.events().tokens(1);
        all = codecCase.events().tokens(EVENTS);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void oneEventPerRead(Blackhole passed) {
        StreamReader reader = started(passed);
        for (int i = 0; i < EVENTS; i++) {
            passed.consume(reader.accept(one));
        }
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public ByteSlice allInOneRead(Blackhole passed) {
        return started(passed).accept(all);
    }

    /** The cost of the start is spread over the events, as in a real stream. */
    private StreamReader started(Blackhole passed) {
        StreamReader reader = codec.reader();
        passed.consume(reader.accept(codecCase.events().start()));
        return reader;
    }
}
