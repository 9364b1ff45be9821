package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/**
 * xAI's videos: a request id is polled until the response has a link. Requests for the content are redirected to that
 * link.
 */
final class XaiVideos implements MediaFormat {

    @Override
    public String name() {
        return "xai-videos";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        ObjectNode body = Json.object().put("model", request.target().model()).put("prompt", params.takeText("prompt"));
        JsonNode reference = params.take("input_reference");
        JsonNode image = reference == null ? params.take("image") : reference;
        if (image != null) {
            String name = reference == null ? "image" : "input_reference";
            body.putObject("image").set("url", XaiImages.source(image, name).get("url"));
        }
        JsonNode references = params.take("reference_images");
        if (references != null) {
            body.set("reference_images", references);
        }
        Videos.duration(params, body);
        Videos.shape(params, dropped, body);
        return body;
    }

    @Override
    public Answer decode(JsonNode answer, MediaRequest request) {
        if (request.surface() == Surface.VIDEO_CONTENT) {
            return content(answer);
        }
        if (request.surface() == Surface.VIDEOS) {
            String theirs = Json.textAt(answer, "request_id");
            if (theirs == null) {
                throw MediaErrors.malformed("no request_id (expected: a string)");
            }
            ObjectNode told = Videos.answer(id(request, theirs), Videos.QUEUED, 0);
            return new Answer(Videos.echo(told, request), MediaUsage.of(answer.get("usage")));
        }
        return new Answer(polled(answer, id(request, request.text("id"))), MediaUsage.of(answer.get("usage")));
    }

    private static ObjectNode polled(JsonNode answer, VideoId id) {
        String status = status(answer);
        return switch (status) {
            case Videos.COMPLETED -> {
                ObjectNode told = Videos.answer(id, Videos.COMPLETED, 100);
                if (answer.path("video").path("duration").isNumber()) {
                    told.put("seconds", answer.path("video").path("duration").asText());
                }
                yield told;
            }
            case Videos.FAILED -> failed(answer, id);
            default -> Videos.answer(id, Videos.IN_PROGRESS, (int) Math.min(99, Json.countAt(answer, "progress")));
        };
    }

    private static ObjectNode failed(JsonNode answer, VideoId id) {
        if (blocked(answer)) {
            return Videos.failed(id, "content_filter", "the provider's moderation blocked the video");
        }
        String said = answer.path("status").asText();
        String code = Json.textAt(answer.path("error"), "code");
        String message = Json.textAt(answer.path("error"), "message");
        return Videos.failed(
                id, code == null ? said : code, message == null ? "the provider reported " + said : message);
    }

    private static Answer content(JsonNode answer) {
        String status = status(answer);
        if (!status.equals(Videos.COMPLETED)) {
            throw Videos.notReady(status);
        }
        String link = Json.textAt(answer.path("video"), "url");
        if (!VideoId.isLink(link)) {
            throw MediaErrors.malformed("a finished video without a link to it");
        }
        return new Answer(Json.object(), MediaUsage.of(answer.get("usage")), link);
    }

    /** A response without a body or status is a video in progress. */
    private static String status(JsonNode answer) {
        return switch (answer.path("status").asText()) {
            case "done" -> blocked(answer) ? Videos.FAILED : Videos.COMPLETED;
            case "failed", "expired" -> Videos.FAILED;
            default -> Videos.IN_PROGRESS;
        };
    }

    private static boolean blocked(JsonNode answer) {
        JsonNode respected = answer.path("video").path("respect_moderation");
        return respected.isBoolean() && !respected.booleanValue();
    }

    private static VideoId id(MediaRequest request, String theirs) {
        return VideoId.of(request.target().provider(), request.model(), theirs);
    }
}
