package dev.sluice.bench.micro;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
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

/** Reads the usage of a complete response. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UsageBenchmark {

    @Param({"20", "20000"})
    int contentBytes;

    private final Protocol protocol = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);
    private ByteSlice response;

    @Setup
    public void render() {
        response = ByteSlice.of(
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1741569952,\"model\":\"m\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                        + "x".repeat(contentBytes)
                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":10,"
                        + "\"total_tokens\":29,\"prompt_tokens_details\":{\"cached_tokens\":0}}}");
    }

    @Benchmark
    public Usage usageOfCompleteResponse() {
        return protocol.usage(response, Quirks.NONE);
    }
}
