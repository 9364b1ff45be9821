package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;

/** A wire format of providers. Implementations are pure and stateless: no I/O, no clock, no Vert.x. */
public interface ProviderProtocol extends UpstreamFormat {

    /** The name used in the catalog and in fixtures, for example {@code anthropic-messages}. */
    String name();

    /** The key under {@code paths} in the catalog that requests of this format are sent to. */
    String path(boolean stream);

    /** What the format accepts as names and ids of tools. Requests are encoded with names and ids that it accepts. */
    ToolRules toolRules();

    /**
     * Encodes a request. Parameters that the target cannot express are recorded in {@code dropped}.
     *
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} when the request is wrong for any target,
     *     {@code UNSUPPORTED} when a part that the target cannot express must not be dropped, because that would change
     *     the meaning; both name the field
     */
    ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped);

    /**
     * Decodes a complete response with status 2xx in which {@link UpstreamFormat#errorOf} found no error.
     *
     * @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when it is not a response of this format
     */
    ChatResponse decode(ByteSlice response, UpstreamModel model);

    /** A new decoder of one streamed response. */
    StreamDecoder streamDecoder(UpstreamModel model);
}
