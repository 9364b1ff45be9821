package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A scripted reply as a chat completion, whole or streamed, as OpenAI writes it. Providers with variants of the format
 * override the differences.
 */
class ChatMockResponse {

    static final int CREATED = 1_763_856_000;

    final MockRequest parsed;
    final Script.Reply reply;
    final JsonObject body;
    final boolean filtered;

    ChatMockResponse(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
        this.parsed = parsed;
        this.reply = reply;
        this.body = body;
        this.filtered = filtered;
    }

    /** Responds whole or streamed, as requested. */
    void to(MockExchange exchange) {
        if (parsed.stream) {
            exchange.stream(streamed());
        } else {
            exchange.respond(whole());
        }
    }

    String id() {
        return "chatcmpl-mock1";
    }

    String model() {
        return body.getString("model");
    }

    JsonObject envelope(String object) {
        return Json.obj("id", id(), "object", object, "created", CREATED, "model", model());
    }

    String callId(int number) {
        return "call_" + (number + 1);
    }

    /** Adds the reasoning to the message; OpenAI returns none. */
    void think(JsonObject message, String thought) {}

    /** Whether each tool call is streamed in one chunk. */
    boolean wholeCalls() {
        return false;
    }

    /** Whether streams contain usage although the request does not ask for it. */
    boolean alwaysSendsUsage() {
        return false;
    }

    /** Whether usage is in the last chunk that has a choice rather than in a separate chunk. */
    boolean usageInLastChunk() {
        return false;
    }

    /** Whether the finish reason is in the chunk with the last piece rather than in an empty one after it. */
    boolean finishReasonInLastDelta() {
        return false;
    }

    /** Whether chunks without usage have {@code "usage": null}. */
    boolean usageNulls() {
        return wantsUsage() && !alwaysSendsUsage();
    }

    /** Adds comments before all chunks, and ({@link #between}) after each chunk but the last. */
    void before(Sse sse) {}

    void between(Sse sse) {}

    /** @param message a whole message, or the delta that closes the text */
    void cite(JsonObject message) {
        JsonObject citation =
                Json.obj("url", Script.CITED_URL, "title", Script.CITED_TITLE, "start_index", 0, "end_index", 4);
        message.put("annotations", Json.arr(Json.obj("type", "url_citation", "url_citation", citation)));
    }

    void refuse(JsonObject message, String text) {
        message.put("content", null).put("refusal", text);
    }

    /** Adds the members that every choice of this provider has. */
    void choice(JsonObject choice) {}

    /** Adds top-level members to a whole response or to the chunk with the usage. */
    void top(JsonObject envelope) {}

    String errorFrame() {
        JsonObject error =
                Json.obj("message", "The server had an error.", "type", "server_error", "param", null, "code", null);
        return "data: " + Json.obj("error", error).encode() + "\n\n";
    }

    JsonObject usage() {
        Script.Tokens tokens = reply.tokens();
        return Json.obj(
                "prompt_tokens", tokens.prompt(),
                "completion_tokens", tokens.output(),
                "total_tokens", tokens.total(),
                "prompt_tokens_details",
                        Json.obj(
                                "cached_tokens", tokens.cached(),
                                "cache_write_tokens", tokens.written(),
                                "audio_tokens", 0),
                "completion_tokens_details",
                        Json.obj(
                                "reasoning_tokens", tokens.reasoning(),
                                "audio_tokens", 0,
                                "accepted_prediction_tokens", 0,
                                "rejected_prediction_tokens", 0));
    }

    String finish() {
        if (filtered) {
            return "content_filter";
        }
        return switch (reply.finish()) {
            case TOOLS -> "tool_calls";
            case LENGTH -> "length";
            default -> "stop";
        };
    }

    JsonObject whole() {
        JsonArray choices = new JsonArray();
        for (int i = 0; i < parsed.choices; i++) {
            JsonObject choice = Json.obj("index", i, "message", message(), "finish_reason", finish());
            choice.put("logprobs", parsed.logprobs ? logprobs(reply.pieces()) : null);
            choice(choice);
            choices.add(choice);
        }
        JsonObject whole = envelope("chat.completion").put("choices", choices).put("usage", usage());
        top(whole);
        return whole;
    }

    JsonObject message() {
        JsonObject message = Json.obj("role", "assistant", "content", reply.text());
        if (!reply.thought().isEmpty()) {
            think(message, reply.thought());
        }
        if (!reply.calls().isEmpty()) {
            if (message.getValue("content") instanceof String) {
                message.put("content", null);
            }
            message.put("tool_calls", Json.arr(reply.calls().stream().map(this::call)));
        } else if (reply.finish() == Script.Finish.REFUSAL) {
            refuse(message, reply.text());
        }
        if (reply.cites()) {
            cite(message);
        }
        return message;
    }

    JsonObject call(Script.Call call) {
        JsonObject function =
                Json.obj("name", call.name(), "arguments", call.arguments().encode());
        return Json.obj("id", callId(call.number()), "type", "function", "function", function);
    }

    Sse streamed() {
        Sse sse = new Sse().errorFrame(errorFrame());
        before(sse);
        for (int i = 0; i < parsed.choices; i++) {
            choiceStream(sse, i);
        }
        if (wantsUsage() && !usageInLastChunk()) {
            JsonObject last = envelope("chat.completion.chunk").put("choices", new JsonArray());
            last.put("usage", usage());
            top(last);
            sse.data(last);
        }
        return sse.done();
    }

    boolean wantsUsage() {
        return alwaysSendsUsage() || Json.in(body, "stream_options").getBoolean("include_usage", false);
    }

    private void choiceStream(Sse sse, int index) {
        List<JsonObject> deltas = new ArrayList<>();
        deltas.add(Json.obj("role", "assistant", "content", reply.calls().isEmpty() ? "" : null));
        for (String piece : reply.thought().isEmpty() ? List.<String>of() : Script.pieces(reply.thought())) {
            JsonObject delta = new JsonObject();
            think(delta, piece);
            deltas.add(delta);
        }
        if (reply.calls().isEmpty()) {
            texts(deltas);
        } else {
            deltas.addAll(wholeCalls() ? wholeDeltas() : fragmentDeltas());
        }
        deltas.removeIf(JsonObject::isEmpty);
        JsonObject closing = finishReasonInLastDelta() ? deltas.remove(deltas.size() - 1) : new JsonObject();
        for (JsonObject delta : deltas) {
            sse.data(chunk(index, delta, null));
            between(sse);
        }
        JsonObject last = chunk(index, closing, finish());
        if (usageInLastChunk() && wantsUsage()) {
            last.put("usage", usage());
            top(last);
        }
        sse.data(last);
    }

    private void texts(List<JsonObject> deltas) {
        for (String piece : reply.pieces()) {
            JsonObject delta = Json.obj("content", piece);
            if (reply.finish() == Script.Finish.REFUSAL) {
                refuse(delta, piece);
                if (delta.getValue("content") == null) {
                    delta.remove("content");
                }
            }
            deltas.add(delta);
        }
        if (reply.cites()) {
            JsonObject delta = new JsonObject();
            cite(delta);
            deltas.add(delta);
        }
    }

    JsonObject chunk(int index, JsonObject delta, String finish) {
        JsonObject choice = Json.obj("index", index, "delta", delta, "finish_reason", finish);
        if (parsed.logprobs) {
            String piece = delta.getString("content", "");
            choice.put("logprobs", piece == null || piece.isEmpty() ? null : logprobs(List.of(piece)));
        }
        choice(choice);
        JsonObject chunk = envelope("chat.completion.chunk").put("choices", Json.arr(choice));
        if (usageNulls()) {
            chunk.put("usage", null);
        }
        return chunk;
    }

    private List<JsonObject> wholeDeltas() {
        return reply.calls().stream()
                .map(call -> Json.obj("tool_calls", Json.arr(indexed(call, call(call)))))
                .toList();
    }

    /** Adds the index to a streamed call. */
    JsonObject indexed(Script.Call call, JsonObject streamed) {
        return streamed.put("index", call.number());
    }

    /** The first delta of every call, then their argument fragments interleaved. */
    private List<JsonObject> fragmentDeltas() {
        List<JsonObject> deltas = new ArrayList<>();
        for (Script.Call call : reply.calls()) {
            JsonObject head = call(call).put("index", call.number());
            head.getJsonObject("function").put("arguments", "");
            deltas.add(Json.obj("tool_calls", Json.arr(head)));
        }
        for (int i = 0; i < 3; i++) {
            for (Script.Call call : reply.calls()) {
                JsonObject function =
                        Json.obj("arguments", Script.fragments(call).get(i));
                JsonObject fragment = Json.obj("index", call.number(), "function", function);
                deltas.add(Json.obj("tool_calls", Json.arr(fragment)));
            }
        }
        return deltas;
    }

    static JsonObject logprobs(List<String> pieces) {
        JsonArray content = new JsonArray();
        for (String piece : pieces) {
            JsonArray bytes = new JsonArray();
            for (byte one : piece.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(one & 0xff);
            }
            JsonObject token = Json.obj("token", piece, "logprob", -0.25, "bytes", bytes);
            content.add(token.copy().put("top_logprobs", Json.arr(token)));
        }
        return Json.obj("content", content, "refusal", null);
    }
}
