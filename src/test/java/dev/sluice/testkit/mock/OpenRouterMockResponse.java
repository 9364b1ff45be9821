package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A scripted reply in OpenRouter's format: comments while it works, reasoning in two members, and the cost. */
final class OpenRouterMockResponse extends RouterStyleMock.Response {

    OpenRouterMockResponse(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
        super(parsed, reply, body, filtered);
    }

    @Override
    void before(Sse sse) {
        sse.comment("OPENROUTER PROCESSING").comment("OPENROUTER PROCESSING");
    }

    @Override
    void between(Sse sse) {
        sse.comment("OPENROUTER PROCESSING");
    }

    @Override
    String model() {
        return body.getString(
                "model",
                Json.strings(body.getValue("models")).stream().findFirst().orElse("auto/mock"));
    }

    /** Streamed, the signature comes with the last piece. */
    @Override
    void think(JsonObject message, String thought) {
        JsonObject detail = Json.obj(
                "type",
                "reasoning.text",
                "text",
                thought,
                "signature",
                Script.THOUGHT.endsWith(thought) ? Script.SIGNATURE : null,
                "format",
                "anthropic-claude-v1",
                "index",
                0);
        message.put("reasoning", thought).put("reasoning_details", new JsonArray().add(detail));
    }

    @Override
    void top(JsonObject envelope) {
        envelope.put("provider", "Mock");
    }

    @Override
    JsonObject usage() {
        Script.Tokens tokens = reply.tokens();
        return Json.obj(
                "prompt_tokens", tokens.prompt(),
                "completion_tokens", tokens.output(),
                "total_tokens", tokens.total(),
                "cost", 0.0000042,
                "is_byok", false,
                "cost_details", Json.obj("upstream_inference_cost", 0.000004),
                "prompt_tokens_details",
                        Json.obj(
                                "cached_tokens", tokens.cached(),
                                "cache_write_tokens", tokens.written(),
                                "audio_tokens", 0),
                "completion_tokens_details", Json.obj("reasoning_tokens", tokens.reasoning()));
    }
}
