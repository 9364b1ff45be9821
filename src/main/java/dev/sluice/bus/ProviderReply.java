package dev.sluice.bus;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.stream.CreditStream;
import java.util.List;

/** What became of one attempt by the time the caller can act on it. */
public sealed interface ProviderReply {

    /**
     * An answer that came whole. Its status is not 2xx only where a refusal passes as the provider wrote it.
     *
     * @param location where the client finds what it asked for, or null when the body is it
     */
    record Whole(int status, String contentType, ByteSlice body, Usage usage, List<String> dropped, String location)
            implements ProviderReply {}

    /**
     * The first real event has come; the rest follows. The stream's end tells how it went.
     *
     * @param head of an answer whose bytes pass as they come, or null for server-sent events in the client's format
     */
    record Streaming(CreditStream stream, List<String> dropped, Head head) implements ProviderReply {}

    /** @param headers name and value in turn: those of the provider's that a client may need */
    record Head(int status, List<String> headers) {}

    /**
     * Nothing of this attempt may reach the client.
     *
     * @param sameTargetMayServe another API key of the same provider is ready to try
     * @param usage what the provider had counted by then, or what had come of a stream that was held back
     *     ({@link Usage#unfinished}); mostly unknown
     * @param mayBeBilled the provider had all of the request, and neither refused it nor said how it ended
     */
    record Failed(GatewayError error, boolean sameTargetMayServe, Usage usage, boolean mayBeBilled)
            implements ProviderReply {

        /** One that nobody was asked for, or that said nothing. */
        public static Failed of(GatewayError error) {
            return new Failed(error, false, Usage.UNKNOWN, false);
        }
    }
}
