package dev.sluice.bench.micro;

import dev.sluice.config.Quirks;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.Dialects;
import dev.sluice.dialect.StreamReader;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Following a streamed answer, per event: one event a read, and all in one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark {

    private static final int EVENTS = 100;
    private static final String EVENT = "data:"
        + " {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1741569952,"
        + "\"model\":\"gpt-4o-mini-2024-07-18\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + " token\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";

    private final Dialect dialect = (Dialect) Dialects.of(Surface.CHAT_COMPLETIONS);
    private final ClientRequest request = dialect.read(
            Surface.CHAT_COMPLETIONS,
            ByteSlice.of("{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
    private final ByteSlice one = ByteSlice.of(EVENT);
    private final ByteSlice all = ByteSlice.of(EVENT.repeat(EVENTS));

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void anEventARead(Blackhole passed) {
        StreamReader reader = dialect.reader(request, Quirks.NONE);
        for (int i = 0; i < EVENTS; i++) {
            passed.consume(reader.accept(one));
        }
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public ByteSlice allInOneRead() {
        return dialect.reader(request, Quirks.NONE).accept(all);
    }
}
