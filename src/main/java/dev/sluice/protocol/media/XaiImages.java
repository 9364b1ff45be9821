package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/** xAI's images: requests have an aspect ratio instead of a size, and edits are JSON with links to the images. */
final class XaiImages implements MediaFormat {

    /** Without quality and format, which xAI's OpenAPI document of June 2026 does not have. */
    private static final String[] SHARED = {"n", "response_format", "resolution", "user", "service_tier"};

    @Override
    public String name() {
        return "xai-images";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        ObjectNode body =
                Json.object().put("model", request.target().model()).put("prompt", params.consumeString("prompt"));
        if (request.surface() == Surface.IMAGE_EDITS) {
            addSources(params, body);
        }
        params.moveTo(body, SHARED);
        ImageSize size = ImageSize.of(params.consumeString("size"));
        String ratio = params.consumeString("aspect_ratio");
        if (ratio != null) {
            body.put("aspect_ratio", ratio);
        } else if (size != null) {
            dropped.renamed("size", "aspect_ratio");
            body.put("aspect_ratio", size.ratio());
        }
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        JsonNode generated = response.path("data");
        if (!generated.isArray()) {
            throw UpstreamErrors.malformedResponse("no data (expected: an array)");
        }
        ObjectNode decoded = Json.object().put("created", Json.countAt(response, "created"));
        ArrayNode data = decoded.putArray("data");
        for (JsonNode image : generated) {
            if (!isBlocked(image)) {
                data.add(image);
            }
        }
        if (data.isEmpty() && !generated.isEmpty()) {
            throw new GatewayException(GatewayError.of(
                    GatewayError.Kind.CONTENT_FILTER, "the provider's moderation blocked every generated image"));
        }
        // A usage in OpenAI's format has tokens, and typed clients require them. xAI reports a cost alone.
        if (response.path("usage").has("total_tokens")) {
            decoded.set("usage", response.get("usage"));
        }
        return new Decoded(decoded, MediaUsage.of(response.get("usage")));
    }

    /** Whether xAI's moderation blocked the generated image or video. */
    static boolean isBlocked(JsonNode generated) {
        JsonNode respected = generated.path("respect_moderation");
        return respected.isBoolean() && !respected.booleanValue();
    }

    private static void addSources(RequestParameters params, ObjectNode body) {
        if (params.has("mask")) {
            throw RequestErrors.unsupported("mask", "is not supported: this provider edits whole images only");
        }
        JsonNode one = params.consume("image");
        JsonNode several = params.consume("images");
        if (one == null && several == null) {
            throw RequestErrors.invalidValue("image", "an image to edit, as image or images");
        }
        if (one != null && !one.isArray()) {
            body.set("image", source(one, "image"));
            return;
        }
        String name = one == null ? "images" : "image";
        ArrayNode images = body.putArray("images");
        for (JsonNode image : one == null ? several : one) {
            images.add(source(image, name));
        }
    }

    /**
     * A link or data URL: the value itself, or its member {@code url} or {@code image_url}, which may itself be an
     * object.
     */
    static JsonNode source(JsonNode image, String name) {
        JsonNode link = image;
        for (String member : new String[] {"image_url", "url"}) {
            link = link.has(member) ? link.get(member) : link;
        }
        if (link.isObject() && link.has("file_id")) {
            throw RequestErrors.unsupported(
                    name, "is a file_id, which this provider does not support (expected: a URL)");
        }
        if (!link.isTextual()) {
            throw RequestErrors.wrongType(name, "a URL, or an object with one as url or image_url");
        }
        return Json.object().put("url", link.textValue()).put("type", "image_url");
    }
}
