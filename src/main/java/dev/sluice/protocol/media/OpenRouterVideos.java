package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/** OpenRouter's {@code /videos}: jobs like OpenAI's with other names. The content has a separate path. */
final class OpenRouterVideos implements MediaFormat {

    @Override
    public String name() {
        return "openrouter-videos";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        JsonNode reference = params.consume("input_reference");
        ObjectNode body =
                Json.object().put("model", request.target().model()).put("prompt", params.consumeString("prompt"));
        Videos.mapDuration(params, body);
        Videos.mapSize(params, dropped, body);
        params.moveTo(body, "generate_audio", "frame_images", "seed", "provider");
        if (reference != null && !body.has("frame_images")) {
            addFirstFrame(reference, body);
        }
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        String providerId = Json.textAt(response, "id");
        String status = response.path("status").asText();
        if (providerId == null || status.isEmpty()) {
            throw UpstreamErrors.malformedResponse("no id or no status of the video");
        }
        VideoId id = VideoId.of(request.target().provider(), request.model(), providerId);
        ObjectNode decoded = switch (status) {
            case "completed" -> Videos.video(id, Videos.COMPLETED, 100);
            case "failed", "cancelled", "expired" -> Videos.failed(id, status, reason(response, status));
            case "in_progress" -> Videos.video(id, Videos.IN_PROGRESS, 0);
            default -> Videos.video(id, Videos.QUEUED, 0);
        };
        return new Decoded(Videos.echoParameters(decoded, request), MediaUsage.of(response.get("usage")));
    }

    /** OpenAI's reference is the first frame of the video. */
    private static void addFirstFrame(JsonNode reference, ObjectNode body) {
        ObjectNode frame = body.putArray("frame_images").addObject().put("type", "image_url");
        frame.putObject("image_url")
                .set("url", XaiImages.source(reference, "input_reference").get("url"));
        frame.put("frame_type", "first_frame");
    }

    private static String reason(JsonNode response, String status) {
        JsonNode error = response.path("error");
        String reason = error.isTextual() ? error.textValue() : Json.textAt(error, "message");
        return reason == null ? "the provider reported " + status : reason;
    }
}
