package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A scripted reply in Gemini's native format: whole, as SSE chunks, or as one array of chunks. */
final class GeminiMockResponse {

    private static final String NEWLINE = "\r\n";

    private final MockRequest parsed;
    private final Script.Reply reply;
    private final JsonObject body;
    private final String model;
    private final boolean filtered;

    GeminiMockResponse(MockRequest parsed, Script.Reply reply, JsonObject body, String model, boolean filtered) {
        this.parsed = parsed;
        this.reply = reply;
        this.body = body;
        this.model = model;
        this.filtered = filtered;
    }

    JsonObject whole() {
        List<JsonObject> parts = new ArrayList<>(thoughts(List.of(reply.thought())));
        if (reply.calls().isEmpty()) {
            JsonObject text = Json.obj("text", reply.text());
            parts.add(reply.thought().isEmpty() ? text : text.put("thoughtSignature", Script.SIGNATURE));
        }
        parts.addAll(calls());
        JsonArray candidates = new JsonArray();
        for (int i = 0; i < parsed.choices; i++) {
            candidates.add(candidate(i, parts, finish()));
        }
        return chunk(candidates, reply.tokens().visible(), reply.tokens().reasoning());
    }

    /** Chunks of one piece each; all calls in one chunk. The last chunk has the finish reason. */
    List<JsonObject> chunks() {
        List<JsonObject> chunks = new ArrayList<>();
        for (JsonObject thought : thoughts(Script.pieces(reply.thought()))) {
            chunks.add(chunk(
                    Json.arr(candidate(0, List.of(thought), null)),
                    0,
                    reply.tokens().reasoning()));
        }
        int said = 0;
        if (reply.calls().isEmpty()) {
            for (String piece : reply.pieces()) {
                JsonArray candidates = Json.arr(candidate(0, List.of(Json.obj("text", piece)), null));
                chunks.add(chunk(candidates, ++said, reply.tokens().reasoning()));
            }
        } else {
            chunks.add(chunk(
                    Json.arr(candidate(0, calls(), null)), 9, reply.tokens().reasoning()));
        }
        JsonObject empty = Json.obj("text", "");
        if (!reply.thought().isEmpty() && reply.calls().isEmpty()) {
            empty.put("thoughtSignature", Script.SIGNATURE);
        }
        JsonArray last = Json.arr(candidate(0, List.of(empty), finish()));
        chunks.add(chunk(last, reply.tokens().visible(), reply.tokens().reasoning()));
        return chunks;
    }

    Sse streamed(JsonObject error) {
        Sse sse = new Sse(NEWLINE).errorFrame("data: " + error.encode() + NEWLINE + NEWLINE);
        List<JsonObject> chunks = chunks();
        chunks.subList(0, chunks.size() - 1).forEach(sse::data);
        return sse.beginTerminator().data(chunks.get(chunks.size() - 1));
    }

    private String finish() {
        if (filtered) {
            return "SAFETY";
        }
        return reply.finish() == Script.Finish.LENGTH ? "MAX_TOKENS" : "STOP";
    }

    private List<JsonObject> thoughts(List<String> texts) {
        boolean shown =
                Json.in(Json.in(body, "generationConfig"), "thinkingConfig").getBoolean("includeThoughts", false);
        if (!shown || reply.thought().isEmpty()) {
            return List.of();
        }
        return texts.stream()
                .map(text -> Json.obj("text", text, "thought", true))
                .toList();
    }

    /** Only the first of parallel calls has a signature; only newer models return call ids. */
    private List<JsonObject> calls() {
        List<JsonObject> parts = new ArrayList<>();
        boolean newer = GeminiRequestValidator.thirdOrLater(model);
        for (Script.Call call : reply.calls()) {
            JsonObject function = Json.obj("name", call.name(), "args", call.arguments());
            if (newer) {
                function.put("id", "f" + (call.number() + 1));
            }
            JsonObject part = Json.obj("functionCall", function);
            if (call.number() == 0 && (newer || !reply.thought().isEmpty())) {
                part.put("thoughtSignature", Script.SIGNATURE);
            }
            parts.add(part);
        }
        return parts;
    }

    private JsonObject candidate(int index, List<JsonObject> parts, String finish) {
        JsonObject content = Json.obj("role", "model", "parts", new JsonArray(parts));
        JsonObject candidate = Json.obj("content", content, "index", index);
        if (finish != null) {
            candidate.put("finishReason", finish);
            if (filtered) {
                candidate.put(
                        "safetyRatings",
                        Json.arr(Json.obj(
                                "category", "HARM_CATEGORY_HARASSMENT", "probability", "HIGH", "blocked", true)));
            }
            if (reply.cites()) {
                candidate.put("groundingMetadata", grounding());
            }
            if (parsed.logprobs) {
                candidate.put("avgLogprobs", -0.25).put("logprobsResult", logprobs());
            }
        }
        return candidate;
    }

    private static JsonObject grounding() {
        JsonObject web = Json.obj("web", Json.obj("uri", Script.CITED_URL, "title", Script.CITED_TITLE));
        JsonObject segment = Json.obj("startIndex", 0, "endIndex", 4, "text", "echo");
        return Json.obj(
                "webSearchQueries", Json.arr("mock search"),
                "groundingChunks", Json.arr(web),
                "groundingSupports", Json.arr(Json.obj("segment", segment, "groundingChunkIndices", Json.arr(0))));
    }

    private JsonObject logprobs() {
        List<JsonObject> chosen = reply.pieces().stream()
                .map(piece -> Json.obj("token", piece, "tokenId", 1, "logProbability", -0.25))
                .toList();
        return Json.obj(
                "chosenCandidates",
                new JsonArray(chosen),
                "topCandidates",
                Json.arr(chosen.stream().map(one -> Json.obj("candidates", Json.arr(one)))));
    }

    private JsonObject chunk(JsonArray candidates, int visible, int thoughts) {
        Script.Tokens tokens = reply.tokens();
        JsonObject usage = Json.obj(
                "promptTokenCount",
                tokens.prompt(),
                "cachedContentTokenCount",
                tokens.cached(),
                "candidatesTokenCount",
                visible,
                "totalTokenCount",
                tokens.prompt() + visible + thoughts);
        if (thoughts > 0) {
            usage.put("thoughtsTokenCount", thoughts);
        }
        return Json.obj(
                "candidates", candidates, "usageMetadata", usage, "modelVersion", model, "responseId", "resp-mock1");
    }
}
