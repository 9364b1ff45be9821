package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;

/** A wire format that providers speak. Implementations are pure and stateless: no I/O, no clock, no Vert.x. */
public interface ProviderProtocol extends UpstreamFormat {

    /** The name used in the catalogue and in fixtures, for example {@code anthropic-messages}. */
    String name();

    /** The key under {@code paths} in the catalogue where requests of this format go. */
    String path(boolean stream);

    /**
     * Writes a request. Whatever the target cannot express gets a receipt.
     *
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} when the request is wrong for any target,
     *     {@code UNSUPPORTED} when leaving something out would change its meaning here; both name the field
     */
    ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped);

    /**
     * Reads a whole answer with status 2xx for which {@link UpstreamFormat#refusal} found nothing wrong.
     *
     * @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when it is not an answer of this format
     */
    ChatResponse decode(ByteSlice answer, UpstreamModel model);

    /** A decoder for one streamed answer. */
    StreamDecoder decoder(UpstreamModel model);
}
