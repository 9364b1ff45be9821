package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/** OpenAI's video object, and its request parameters for providers that use duration, aspect ratio and resolution. */
final class Videos {

    static final String QUEUED = "queued";
    static final String IN_PROGRESS = "in_progress";
    static final String COMPLETED = "completed";
    static final String FAILED = "failed";

    private Videos() {}

    static ObjectNode video(VideoId id, String status, int progress) {
        ObjectNode video = Json.object()
                .put("id", id.encode())
                .put("object", "video")
                .put("created_at", id.created())
                .put("status", status)
                .put("progress", progress)
                .put("model", id.model());
        // Members that OpenAI's format requires, and that typed clients do not read without.
        for (String unknown : new String[] {"completed_at", "error", "expires_at", "prompt", "remixed_from_video_id"}) {
            video.putNull(unknown);
        }
        return video;
    }

    static ObjectNode failed(VideoId id, String code, String message) {
        ObjectNode response = video(id, FAILED, 0);
        response.putObject("error").put("code", code).put("message", message);
        return response;
    }

    /** Repeats the client's parameters in the response, as OpenAI does. */
    static ObjectNode echoParameters(ObjectNode response, MediaRequest request) {
        for (String name : new String[] {"prompt", "seconds", "size"}) {
            if (request.body().hasNonNull(name)) {
                response.set(name, request.body().get(name));
            }
        }
        return response;
    }

    /**
     * Maps {@code seconds}, which OpenAI writes as a string, to {@code duration}. A {@code duration} in the request
     * takes precedence.
     */
    static void mapDuration(RequestParameters params, ObjectNode body) {
        var duration = params.consumeNumber("duration");
        var seconds = params.consume("seconds");
        if (duration != null) {
            body.set("duration", duration);
        } else if (seconds != null) {
            String text = seconds.asText();
            if (!text.matches("[1-9][0-9]{0,3}")) {
                throw RequestErrors.invalidValue("seconds", "a whole number of seconds, 1 to 9999");
            }
            body.put("duration", Integer.parseInt(text));
        }
    }

    /** Maps {@code size} to {@code aspect_ratio} and {@code resolution}, unless the request has these. */
    static void mapSize(RequestParameters params, DroppedParameters dropped, ObjectNode body) {
        ImageSize size = ImageSize.of(params.consumeString("size"));
        String ratio = params.consumeString("aspect_ratio");
        String resolution = params.consumeString("resolution");
        if (size != null && ratio == null && resolution == null) {
            dropped.renamed("size", "aspect_ratio");
            dropped.renamed("size", "resolution");
            body.put("aspect_ratio", size.ratio()).put("resolution", size.lines() + "p");
            return;
        }
        if (size != null) {
            dropped.dropped("size");
        }
        if (ratio != null) {
            body.put("aspect_ratio", ratio);
        }
        if (resolution != null) {
            body.put("resolution", resolution);
        }
    }

    static GatewayException notReady(String status) {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.NOT_FOUND,
                        "the video is " + status + ": it has no content (expected: completed, as GET /v1/videos/{id}"
                                + " reports)")
                .withCode("video_not_ready"));
    }
}
