package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Surface;
import dev.sluice.protocol.error.UpstreamErrors;
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
        ObjectNode body =
                Json.object().put("model", request.target().model()).put("prompt", params.consumeString("prompt"));
        JsonNode reference = params.consume("input_reference");
        JsonNode image = reference == null ? params.consume("image") : reference;
        if (image != null) {
            String name = reference == null ? "image" : "input_reference";
            body.putObject("image").set("url", XaiImages.source(image, name).get("url"));
        }
        params.moveTo(body, "reference_images", "user", "service_tier");
        Videos.mapDuration(params, body);
        Videos.mapSize(params, dropped, body);
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        if (request.surface() == Surface.VIDEO_CONTENT) {
            return content(response);
        }
        if (request.surface() == Surface.VIDEOS) {
            String providerId = Json.textAt(response, "request_id");
            if (providerId == null) {
                throw UpstreamErrors.malformedResponse("no request_id (expected: a string)");
            }
            ObjectNode decoded = Videos.video(id(request, providerId), Videos.QUEUED, 0);
            return new Decoded(Videos.echoParameters(decoded, request), MediaUsage.of(response.get("usage")));
        }
        return new Decoded(polled(response, id(request, request.text("id"))), MediaUsage.of(response.get("usage")));
    }

    private static ObjectNode polled(JsonNode response, VideoId id) {
        String status = status(response);
        return switch (status) {
            case Videos.COMPLETED -> {
                ObjectNode decoded = Videos.video(id, Videos.COMPLETED, 100);
                if (response.path("video").path("duration").isNumber()) {
                    decoded.put(
                            "seconds", response.path("video").path("duration").asText());
                }
                yield decoded;
            }
            case Videos.FAILED -> failed(response, id);
            default -> Videos.video(id, Videos.IN_PROGRESS, (int) Math.min(99, Json.countAt(response, "progress")));
        };
    }

    private static ObjectNode failed(JsonNode response, VideoId id) {
        if (XaiImages.isBlocked(response.path("video"))) {
            return Videos.failed(id, "content_filter", "the provider's moderation blocked the video");
        }
        String reported = response.path("status").asText();
        String code = Json.textAt(response.path("error"), "code");
        String message = Json.textAt(response.path("error"), "message");
        return Videos.failed(
                id, code == null ? reported : code, message == null ? "the provider reported " + reported : message);
    }

    private static Decoded content(JsonNode response) {
        String status = status(response);
        if (!status.equals(Videos.COMPLETED)) {
            throw Videos.notReady(status);
        }
        String link = Json.textAt(response.path("video"), "url");
        if (!VideoId.isLink(link)) {
            throw UpstreamErrors.malformedResponse("a finished video without a link to it");
        }
        return new Decoded(Json.object(), MediaUsage.of(response.get("usage")), link);
    }

    /** A response without a body or status is a video in progress. */
    private static String status(JsonNode response) {
        return switch (response.path("status").asText()) {
            case "done" -> XaiImages.isBlocked(response.path("video")) ? Videos.FAILED : Videos.COMPLETED;
            case "failed", "expired" -> Videos.FAILED;
            default -> Videos.IN_PROGRESS;
        };
    }

    private static VideoId id(MediaRequest request, String providerId) {
        return VideoId.of(request.target().provider(), request.model(), providerId);
    }
}
