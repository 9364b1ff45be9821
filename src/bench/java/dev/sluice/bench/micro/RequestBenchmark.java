package dev.sluice.bench.micro;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.Protocol;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reads a client's body and encodes the provider's from it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestBenchmark {

    @Param({"100", "102400"})
    int promptBytes;

    private final Protocol protocol = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);
    private ByteSlice body;

    @Setup
    public void render() {
        String sentence = "The quick brown fox said \\\"jump\\\" over the lazy dog.\\n";
        body = ByteSlice.of(
                "{\"model\":\"fast\",\"stream\":true,\"temperature\":0.2,\"messages\":[{\"role\":\"user\",\"content\":\""
                        + sentence.repeat(promptBytes / sentence.length() + 1) + "\"}]}");
    }

    @Benchmark
    public UpstreamBody readAndEncode() {
        return protocol.forward(Protocols.read(protocol.surface(), body), "gpt-4o-mini", Quirks.NONE);
    }
}
