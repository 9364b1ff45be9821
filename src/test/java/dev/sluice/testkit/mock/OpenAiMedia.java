package dev.sluice.testkit.mock;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The media endpoints that OpenAI and Azure share: embeddings, images, speech and transcription. */
final class OpenAiMedia {

    /** The bytes of every image, as base64. */
    static final String PIXEL =
            Base64.getEncoder().encodeToString("\u0089PNG mock".getBytes(StandardCharsets.ISO_8859_1));

    /** The bytes of every speech; not text, so that a reader who decodes them is found out. */
    static final Buffer SOUND = Buffer.buffer(new byte[] {(byte) 0xff, (byte) 0xfb, 0, 1, (byte) 0x80, 0, 13, 10});

    private static final Map<String, String> AUDIO = Map.of(
            "mp3", "audio/mpeg",
            "opus", "audio/ogg",
            "aac", "audio/aac",
            "flac", "audio/flac",
            "wav", "audio/wav",
            "pcm", "audio/pcm");

    private final MockProvider mock;
    private final ChatRequestValidator rules;

    OpenAiMedia(MockProvider mock, ChatRequestValidator rules) {
        this.mock = mock;
        this.rules = rules;
    }

    /** @param model null to take the body's */
    void embed(MockExchange exchange, String model) {
        JsonObject body = exchange.json();
        String asked = model == null ? body.getString("model", "") : model;
        BodySchema.of("model:s input:sa! dimensions:i(1,3072) encoding_format:s user:s")
                .strict(body, rules);
        kind(asked, "text-embedding-");
        String format = body.getString("encoding_format", "float");
        if (!Set.of("float", "base64").contains(format)) {
            throw rules.bad("encoding_format", "invalid_value", "Expected float or base64, got '" + format + "'.");
        }
        Object input = body.getValue("input");
        if (input instanceof JsonArray array && (array.isEmpty() || array.size() > 2048) || "".equals(input)) {
            throw rules.bad("input", null, "'input' must have 1 to 2048 elements, none of them empty.");
        }
        boolean tokens = input instanceof JsonArray array && array.getValue(0) instanceof Number;
        int count = input instanceof JsonArray array && !tokens ? array.size() : 1;
        exchange.applyFault(
                input instanceof JsonArray array ? String.valueOf(array.getValue(count - 1)) : (String) input);
        int dimensions = body.getInteger("dimensions", Vectors.DIMENSIONS);
        exchange.respond(Json.obj(
                "object",
                "list",
                "data",
                Json.arr(IntStream.range(0, count).mapToObj(i -> {
                    JsonArray vector = Vectors.of(i, dimensions);
                    Object shown = format.equals("float") ? vector : Vectors.floats64(vector);
                    return Json.obj("object", "embedding", "index", i, "embedding", shown);
                })),
                "model",
                asked,
                "usage",
                Json.obj("prompt_tokens", 5, "total_tokens", 5)));
    }

    void image(MockExchange exchange, String model) {
        JsonObject body = exchange.json();
        BodySchema.of(
                        "prompt:s! model:s n:i(1,10) size:s quality:s background:s output_format:s",
                        "output_compression:i(0,100) moderation:s stream:b partial_images:i(0,3) user:s")
                .strict(body, rules);
        kind(model == null ? body.getString("model", "gpt-image-2") : model, "gpt-image-");
        exchange.applyFault(body.getString("prompt"));
        picture(exchange, body, "image_generation");
    }

    /** A form with at least one file named {@code image} or {@code image[]}. */
    void edit(MockExchange exchange, String model) {
        RecordedRequest recorded = form(
                exchange,
                Set.of(
                        "prompt",
                        "model",
                        "n",
                        "size",
                        "quality",
                        "background",
                        "output_format",
                        "output_compression",
                        "moderation",
                        "stream",
                        "partial_images",
                        "user",
                        "input_fidelity"));
        if (recorded.files().keySet().stream().noneMatch(name -> name.matches("image(\\[])?(#\\d+)?"))) {
            throw rules.missing("image");
        }
        require(recorded, "prompt");
        String named = recorded.form().contains("model") ? recorded.form().get("model") : "gpt-image-2";
        kind(model == null ? named : model, "gpt-image-");
        exchange.applyFault(recorded.form().get("prompt"));
        JsonObject body = new JsonObject();
        recorded.form().forEach((name, value) -> body.put(name, value));
        body.put("n", Integer.parseInt(body.getString("n", "1")));
        picture(exchange, body.put("stream", "true".equals(body.getString("stream"))), "image_edit");
    }

    private void picture(MockExchange exchange, JsonObject body, String event) {
        JsonObject usage = Json.obj(
                "input_tokens", 50,
                "output_tokens", 1056,
                "total_tokens", 1106,
                "input_tokens_details", Json.obj("text_tokens", 50, "image_tokens", 0));
        if (body.getBoolean("stream", false)) {
            Sse sse =
                    new Sse().errorFrame("event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"x\"}}\n\n");
            String partial = event + ".partial_image";
            sse.event(partial, Json.obj("type", partial, "b64_json", PIXEL, "partial_image_index", 0));
            sse.beginTerminator();
            String done = event + ".completed";
            exchange.stream(sse.event(done, Json.obj("type", done, "b64_json", PIXEL, "usage", usage)));
            return;
        }
        int count = body.getInteger("n", 1);
        exchange.respond(Json.obj(
                "created",
                ChatMockResponse.CREATED,
                "data",
                Json.arr(IntStream.range(0, count).mapToObj(i -> Json.obj("b64_json", PIXEL))),
                "output_format",
                body.getString("output_format", "png"),
                "quality",
                "high",
                "size",
                body.getString("size", "1024x1024"),
                "usage",
                usage));
    }

    void speak(MockExchange exchange, String model) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s input:s! voice:so! instructions:s response_format:s speed:n(0.25,4) stream_format:s")
                .strict(body, rules);
        String asked = model == null ? body.getString("model", "") : model;
        if (!asked.matches("tts-.*|gpt-.*-tts.*")) {
            throw unknown(asked);
        }
        if (body.getString("input").length() > 4096) {
            throw rules.bad("input", "string_above_max_length", "Expected at most 4096 characters.");
        }
        String type = AUDIO.get(body.getString("response_format", "mp3"));
        if (type == null) {
            throw rules.bad("response_format", "invalid_value", "Expected one of " + AUDIO.keySet());
        }
        exchange.applyFault(body.getString("input"));
        if (!"sse".equals(body.getString("stream_format"))) {
            exchange.bytes(200, type, SOUND);
            return;
        }
        String audio = Base64.getEncoder().encodeToString(SOUND.getBytes());
        JsonObject usage = Json.obj("input_tokens", 5, "output_tokens", 20, "total_tokens", 25);
        exchange.stream(new Sse()
                .data(Json.obj("type", "speech.audio.delta", "audio", audio))
                .errorFrame("data: {\"type\":\"error\"}\n\n")
                .beginTerminator()
                .data(Json.obj("type", "speech.audio.done", "usage", usage)));
    }

    /** A form with a {@code file}; what is heard is the number of its bytes. */
    void transcribe(MockExchange exchange, String model) {
        RecordedRequest recorded = form(
                exchange,
                Set.of(
                        "model",
                        "language",
                        "prompt",
                        "response_format",
                        "temperature",
                        "timestamp_granularities[]",
                        "stream",
                        "chunking_strategy",
                        "include[]",
                        "known_speaker_names[]"));
        if (!recorded.files().containsKey("file")) {
            throw rules.missing("file");
        }
        if (model == null) {
            require(recorded, "model");
        }
        String asked = model == null ? recorded.form().get("model") : model;
        if (!asked.matches("whisper.*|gpt-.*-transcribe.*")) {
            throw unknown(asked);
        }
        String prompt = recorded.form().contains("prompt") ? recorded.form().get("prompt") : "";
        exchange.applyFault(prompt);
        String text = "heard " + recorded.files().get("file").length() + " bytes";
        String format =
                recorded.form().contains("response_format") ? recorded.form().get("response_format") : "json";
        JsonObject usage = asked.startsWith("whisper")
                ? Json.obj("type", "duration", "seconds", 9)
                : Json.obj("type", "tokens", "input_tokens", 1, "output_tokens", 2, "total_tokens", 3);
        if ("true".equals(recorded.form().get("stream"))) {
            Sse sse = new Sse().errorFrame("data: {\"error\":{\"message\":\"x\"}}\n\n");
            Script.pieces(text).forEach(p -> sse.data(Json.obj("type", "transcript.text.delta", "delta", p)));
            sse.beginTerminator();
            exchange.stream(sse.data(Json.obj("type", "transcript.text.done", "text", text, "usage", usage)));
            return;
        }
        switch (format) {
            case "json" -> exchange.respond(Json.obj("text", text, "usage", usage));
            case "verbose_json" ->
                exchange.respond(Json.obj(
                        "task",
                        "transcribe",
                        "language",
                        "english",
                        "duration",
                        9.0,
                        "text",
                        text,
                        "segments",
                        Json.arr(Json.obj("id", 0, "start", 0.0, "end", 9.0, "text", text)),
                        "usage",
                        usage));
            case "text" -> exchange.bytes(200, "text/plain; charset=utf-8", Buffer.buffer(text + "\n"));
            case "srt" ->
                exchange.bytes(
                        200,
                        "text/plain; charset=utf-8",
                        Buffer.buffer("1\n00:00:00,000 --> 00:00:09,000\n" + text + "\n\n"));
            case "vtt" ->
                exchange.bytes(
                        200,
                        "text/plain; charset=utf-8",
                        Buffer.buffer("WEBVTT\n\n00:00:00.000 --> 00:00:09.000\n" + text + "\n\n"));
            default -> throw rules.bad("response_format", "invalid_value", "Invalid value: '" + format + "'.");
        }
    }

    /** The request as a form, with no field that is not known. */
    RecordedRequest form(MockExchange exchange, Set<String> known) {
        RecordedRequest recorded = exchange.recorded;
        if (!String.valueOf(exchange.header("content-type")).startsWith("multipart/form-data")) {
            throw mock.unreadable("Content-Type must be multipart/form-data");
        }
        for (String name : recorded.form().names()) {
            if (!known.contains(name)) {
                throw rules.unknown(name);
            }
        }
        return recorded;
    }

    void require(RecordedRequest recorded, String field) {
        if (!recorded.form().contains(field)) {
            throw rules.missing(field);
        }
    }

    private static void kind(String model, String prefix) {
        if (!model.startsWith(prefix)) {
            throw unknown(model);
        }
    }

    private static MockError unknown(String model) {
        return new MockError(
                404, "invalid_request_error", "model_not_found", null, "The model `" + model + "` does not exist.");
    }
}
