package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/** How one provider speaks on one surface, where that is not OpenAI's shape. Pure and stateless. */
interface MediaFormat {

    /** The name used in the catalogue and in fixtures, for example {@code cohere-embed}. */
    String name();

    /**
     * Writes the body. What the provider cannot take and nobody took of {@code params} gets its receipt from the
     * caller.
     *
     * @param params the client's members but {@code model}; those that are null are absent
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} or {@code UNSUPPORTED}, naming the field
     */
    ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped);

    /**
     * Writes the answer as the client knows it.
     *
     * @param answer an object; an empty one when the provider answered with no body
     * @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when what the client needs is not there
     */
    Answer decode(JsonNode answer, MediaRequest request);

    /** @param location as {@link dev.sluice.protocol.spi.ProviderCodec.Whole#location} */
    record Answer(JsonNode body, Usage usage, String location) {

        Answer(JsonNode body, Usage usage) {
            this(body, usage, null);
        }
    }
}
