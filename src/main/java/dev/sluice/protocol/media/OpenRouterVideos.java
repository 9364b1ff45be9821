package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
        if (params.has("input_reference")) {
            throw MediaErrors.unsupported(
                    "input_reference", "is not supported (expected: frame_images, as OpenRouter accepts them)");
        }
        ObjectNode body = Json.object().put("model", request.target().model()).put("prompt", params.takeText("prompt"));
        Videos.duration(params, body);
        Videos.shape(params, dropped, body);
        for (String own : new String[] {"generate_audio", "frame_images", "seed", "provider"}) {
            JsonNode value = params.take(own);
            if (value != null) {
                body.set(own, value);
            }
        }
        return body;
    }

    @Override
    public Answer decode(JsonNode answer, MediaRequest request) {
        String theirs = Json.textAt(answer, "id");
        String status = answer.path("status").asText();
        if (theirs == null || status.isEmpty()) {
            throw MediaErrors.malformed("no id or no status of the video");
        }
        VideoId id = VideoId.of(request.target().provider(), request.model(), theirs);
        ObjectNode told = switch (status) {
            case "completed" -> Videos.answer(id, Videos.COMPLETED, 100);
            case "failed", "cancelled", "expired" -> Videos.failed(id, status, reason(answer, status));
            case "in_progress" -> Videos.answer(id, Videos.IN_PROGRESS, 0);
            default -> Videos.answer(id, Videos.QUEUED, 0);
        };
        return new Answer(Videos.echo(told, request), MediaUsage.of(answer.get("usage")));
    }

    private static String reason(JsonNode answer, String status) {
        JsonNode error = answer.path("error");
        String reason = error.isTextual() ? error.textValue() : Json.textAt(error, "message");
        return reason == null ? "the provider reported " + status : reason;
    }
}
