package dev.sluice.bus;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.stream.CreditStream;
import java.util.List;

/** What became of one attempt by the time the caller can act on it. */
public sealed interface ProviderReply {

    /** The provider's whole answer, as it came. */
    record Whole(String contentType, ByteSlice body, Usage usage, List<String> dropped) implements ProviderReply {}

    /** The first real event has come; the rest follows. The stream's end tells how it went. */
    record Streaming(CreditStream stream, List<String> dropped) implements ProviderReply {}

    /**
     * Nothing of this attempt may reach the client.
     *
     * @param sameTargetMayServe another API key of the same provider is ready to try
     */
    record Failed(GatewayError error, boolean sameTargetMayServe) implements ProviderReply {}
}
