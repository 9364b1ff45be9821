package dev.sluice.testkit.mock;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** OpenAI's stored objects: videos, files and batches. Each poll advances a job by one step. */
final class OpenAiJobs {

    private static final Set<String> PURPOSES =
            Set.of("assistants", "batch", "fine-tune", "vision", "user_data", "evals");

    private final ChatRequestValidator rules;
    private final OpenAiMedia media;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, JsonObject> videos = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> batches = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> files = new ConcurrentSkipListMap<>();
    private final Map<String, Buffer> contents = new ConcurrentHashMap<>();

    OpenAiJobs(ChatRequestValidator rules, OpenAiMedia media) {
        this.rules = rules;
        this.media = media;
    }

    void createVideo(MockExchange exchange) {
        JsonObject body;
        if (String.valueOf(exchange.header("content-type")).startsWith("multipart/form-data")) {
            body = new JsonObject();
            media.form(exchange, Set.of("prompt", "model", "seconds", "size"))
                    .form()
                    .forEach((name, value) -> body.put(name, value));
        } else {
            body = exchange.json();
        }
        BodySchema.of("prompt:s! model:s seconds:s size:s input_reference:*").strict(body, rules);
        if (!Set.of("4", "8", "12").contains(body.getString("seconds", "4"))) {
            throw rules.bad("seconds", "invalid_value", "Expected '4', '8' or '12'.");
        }
        exchange.applyFault(body.getString("prompt"));
        String id = "video_mock" + numbers.incrementAndGet();
        JsonObject video = Json.obj(
                "id",
                id,
                "object",
                "video",
                "status",
                "queued",
                "progress",
                0,
                "model",
                body.getString("model", "sora-2"),
                "prompt",
                body.getString("prompt"),
                "seconds",
                body.getString("seconds", "4"),
                "size",
                body.getString("size", "720x1280"),
                "created_at",
                ChatMockResponse.CREATED,
                "completed_at",
                null,
                "expires_at",
                null,
                "error",
                null);
        videos.put(id, video);
        exchange.respond(video);
    }

    /** Queued when made, in progress at the first poll, completed at the second. */
    void video(MockExchange exchange) {
        JsonObject video = known(videos, exchange.param("id"), "Video");
        boolean started = video.getString("status").equals("in_progress");
        if (started) {
            video.put("status", "completed").put("progress", 100).put("completed_at", ChatMockResponse.CREATED + 2);
        } else if (video.getString("status").equals("queued")) {
            video.put("status", "in_progress").put("progress", 50);
        }
        exchange.respond(video);
    }

    void videoContent(MockExchange exchange) {
        JsonObject video = known(videos, exchange.param("id"), "Video");
        if (!video.getString("status").equals("completed")) {
            throw rules.bad(null, null, "Video is not ready yet, use GET /v1/videos/{video_id} to check its status");
        }
        exchange.bytes(200, "video/mp4", OpenAiMedia.SOUND);
    }

    void upload(MockExchange exchange) {
        RecordedRequest recorded =
                media.form(exchange, Set.of("purpose", "expires_after[anchor]", "expires_after[seconds]"));
        if (!recorded.files().containsKey("file")) {
            throw rules.missing("file");
        }
        media.require(recorded, "purpose");
        String purpose = recorded.form().get("purpose");
        if (!PURPOSES.contains(purpose)) {
            throw rules.bad("purpose", "invalid_value", "'" + purpose + "' is not one of " + PURPOSES);
        }
        String id = "file-mock" + numbers.incrementAndGet();
        Buffer content = recorded.files().get("file");
        JsonObject file = Json.obj(
                "id",
                id,
                "object",
                "file",
                "bytes",
                content.length(),
                "created_at",
                ChatMockResponse.CREATED,
                "filename",
                "upload",
                "purpose",
                purpose,
                "status",
                "processed");
        files.put(id, file);
        contents.put(id, content);
        exchange.respond(file);
    }

    void listFiles(MockExchange exchange) {
        JsonArray all = Json.arr(files.values().stream().map(JsonObject::copy));
        exchange.respond(Json.obj("object", "list", "data", all, "has_more", false));
    }

    void file(MockExchange exchange) {
        exchange.respond(known(files, exchange.param("id"), "File"));
    }

    void fileContent(MockExchange exchange) {
        known(files, exchange.param("id"), "File");
        exchange.bytes(200, "application/octet-stream", contents.get(exchange.param("id")));
    }

    void deleteFile(MockExchange exchange) {
        String id = exchange.param("id");
        known(files, id, "File");
        files.remove(id);
        contents.remove(id);
        exchange.respond(Json.obj("id", id, "object", "file", "deleted", true));
    }

    void createBatch(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("input_file_id:s! endpoint:s! completion_window:s! metadata:o output_expires_after:o")
                .strict(body, rules);
        if (!"24h".equals(body.getString("completion_window"))) {
            throw rules.bad("completion_window", "invalid_value", "Expected '24h'.");
        }
        if (!body.getString("endpoint")
                .matches("/v1/(chat/completions|responses|embeddings|completions|moderations)")) {
            throw rules.bad("endpoint", "invalid_value", "Invalid value: '" + body.getString("endpoint") + "'.");
        }
        known(files, body.getString("input_file_id"), "File");
        String id = "batch_mock" + numbers.incrementAndGet();
        JsonObject batch = Json.obj(
                "id",
                id,
                "object",
                "batch",
                "endpoint",
                body.getString("endpoint"),
                "errors",
                null,
                "input_file_id",
                body.getString("input_file_id"),
                "completion_window",
                "24h",
                "status",
                "validating",
                "output_file_id",
                null,
                "error_file_id",
                null,
                "created_at",
                ChatMockResponse.CREATED,
                "request_counts",
                Json.obj("total", 0, "completed", 0, "failed", 0),
                "metadata",
                body.getValue("metadata"));
        batches.put(id, batch);
        exchange.respond(batch);
    }

    /** Validating when made, in progress at the first poll, completed at the second, with its input as the output. */
    void batch(MockExchange exchange) {
        JsonObject batch = known(batches, exchange.param("id"), "Batch");
        if (batch.getString("status").equals("in_progress")) {
            batch.put("status", "completed").put("output_file_id", batch.getString("input_file_id"));
        } else if (batch.getString("status").equals("validating")) {
            batch.put("status", "in_progress");
        }
        exchange.respond(batch);
    }

    void cancelBatch(MockExchange exchange) {
        exchange.respond(known(batches, exchange.param("id"), "Batch").put("status", "cancelling"));
    }

    private static JsonObject known(Map<String, JsonObject> all, String id, String what) {
        JsonObject one = all.get(id);
        if (one == null) {
            throw new MockError(404, "invalid_request_error", null, "id", "No such " + what + " object: " + id);
        }
        return one;
    }
}
