package dev.sluice.bench.micro;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.continuation.Continuation;
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

/** The cost per event of {@code on_stream_failure: continue}, for a stream that does not fail. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ContinuationBenchmark {

    private static final int EVENTS = 100;

    /** The client's format. */
    public enum Client {
        CHAT(Surface.CHAT_COMPLETIONS, ProviderEvents.CHAT, ""),
        MESSAGES(Surface.MESSAGES, ProviderEvents.MESSAGES, ""),
        RESPONSES(
                Surface.RESPONSES,
                ProviderEvents.RESPONSES,
                "data:"
                    + " {\"type\":\"response.output_item.added\",\"sequence_number\":1,\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}\n\n"
                    + "data:"
                    + " {\"type\":\"response.content_part.added\",\"sequence_number\":2,\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\"}}\n\n");

        private final Surface surface;
        private final ProviderEvents events;
        private final String opening;

        Client(Surface surface, ProviderEvents said, String opening) {
            this.surface = surface;
            this.events = said;
            this.opening = opening;
        }
    }

    @Param
    Client client;

    private ClientRequest request;
    private ByteSlice opening;
    private ByteSlice one;
    private ByteSlice all;

    @Setup
    public void render() {
        request = Protocols.read(
                client.surface,
                ByteSlice.of("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"input\":\"Hi\","
                        + "\"max_tokens\":99,\"stream\":true}"));
        opening = ByteSlice.of(client.events.start().toText() + client.opening);
        one = client.events.tokens(1);
        all = client.events.tokens(EVENTS);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public boolean oneEventPerRead(Blackhole passed) {
        Continuation continuation = started(passed);
        for (int i = 0; i < EVENTS; i++) {
            passed.consume(continuation.observe(one));
        }
        return continuation.canResume();
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public boolean allInOneRead(Blackhole passed) {
        Continuation continuation = started(passed);
        passed.consume(continuation.observe(all));
        return continuation.canResume();
    }

    /** Fails if the continuation records nothing, which would be too cheap. */
    private Continuation started(Blackhole passed) {
        Continuation continuation = Continuation.of(request);
        passed.consume(continuation.observe(opening));
        if (!continuation.canResume()) {
            throw new IllegalStateException("the continuation cannot resume: " + client);
        }
        return continuation;
    }
}
