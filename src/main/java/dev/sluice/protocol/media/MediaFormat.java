package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/** A provider's own format of one surface, where it differs from OpenAI's. Implementations are pure and stateless. */
interface MediaFormat {

    /** The name in the catalog and in fixtures, for example {@code cohere-embed}. */
    String name();

    /**
     * Encodes the request body. Parameters that the format did not consume from {@code params} are reported as dropped
     * by the caller.
     *
     * @param params the client's members except {@code model} and nulls
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} or {@code UNSUPPORTED}, naming the field
     */
    ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped);

    /**
     * Decodes the response into the client's format.
     *
     * @param response an object; empty when the provider's response had no body
     * @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when required members are missing
     */
    Decoded decode(JsonNode response, MediaRequest request);

    /** @param location as {@link dev.sluice.protocol.spi.ProviderCodec.CompleteResponse#location} */
    record Decoded(JsonNode body, Usage usage, String location) {

        Decoded(JsonNode body, Usage usage) {
            this(body, usage, null);
        }
    }
}
