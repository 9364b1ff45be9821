package dev.sluice.bus;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.stream.CreditStream;
import dev.sluice.stream.FairBudget;
import java.util.List;

/** The result of one attempt, as soon as the caller can act on it. */
public sealed interface ProviderReply {

    /**
     * A complete response, which was not streamed. Its status is 2xx, except for a refusal that is forwarded unchanged.
     *
     * @param location of the result, or null when the body is the result
     * @param memory of a large body, which the receiver returns; null for a small one
     */
    record Complete(
            int status,
            String contentType,
            ByteSlice body,
            Usage usage,
            List<String> dropped,
            String location,
            FairBudget.Lease memory)
            implements ProviderReply {

        public Complete withBody(ByteSlice other) {
            return new Complete(status, contentType, other, usage, dropped, location, memory);
        }

        /** Returns the memory of a response that the client does not get, or has got. */
        public void release() {
            if (memory != null) {
                memory.close();
            }
        }
    }

    /**
     * The first event with content was received and the rest follows. The end of the stream carries its outcome.
     *
     * @param head of a response whose bytes pass unchanged, or null for server-sent events in the client's format
     */
    record Streaming(CreditStream stream, List<String> dropped, Head head) implements ProviderReply {}

    /** @param headers names and values, alternating: those of the provider that a client may see */
    record Head(int status, List<String> headers) {}

    /**
     * A failure; nothing of this attempt has reached the client.
     *
     * @param otherKeyAvailable whether another API key of the same provider may be tried at once
     * @param usage that the provider had reported by then, or an estimate for a stream that was held back
     *     ({@link Usage#ofIncompleteStream}); mostly unknown
     * @param mayBeBilled whether the provider received the whole request and neither refused nor completed it
     */
    record Failed(GatewayError error, boolean otherKeyAvailable, Usage usage, boolean mayBeBilled)
            implements ProviderReply {

        /** A failure without usage, such as one before the request was sent. */
        public static Failed of(GatewayError error) {
            return new Failed(error, false, Usage.UNKNOWN, false);
        }
    }
}
