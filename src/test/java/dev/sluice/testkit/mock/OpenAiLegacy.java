package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;

/** OpenAI's Completions and Moderations. */
final class OpenAiLegacy {

    private static final List<String> CATEGORIES = List.of(
            "harassment",
            "harassment/threatening",
            "hate",
            "hate/threatening",
            "illicit",
            "illicit/violent",
            "self-harm",
            "self-harm/intent",
            "self-harm/instructions",
            "sexual",
            "sexual/minors",
            "violence",
            "violence/graphic");

    private final ChatRequestValidator rules;

    OpenAiLegacy(ChatRequestValidator rules) {
        this.rules = rules;
    }

    void complete(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of(
                        "model:s! prompt:sa! best_of:i(0,20) echo:b frequency_penalty:n(-2,2) logit_bias:o",
                        "logprobs:i(0,5) max_tokens:i n:i(1,128) presence_penalty:n(-2,2) seed:i stop:sa stream:b",
                        "stream_options:o suffix:s temperature:n(0,2) top_p:n(0,1) user:s")
                .strict(body, rules);
        if (!body.getString("model").matches("gpt-3.5-turbo-instruct|davinci-002|babbage-002")) {
            throw new MockError(
                    404,
                    "invalid_request_error",
                    null,
                    "model",
                    "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use"
                            + " v1/chat/completions?");
        }
        MockRequest parsed = new MockRequest();
        parsed.lastText = String.join(" ", Json.strings(body.getValue("prompt")));
        parsed.oneToken = ChatRequestValidator.one(body.getValue("max_tokens"));
        parsed.stops = Json.strings(body.getValue("stop"));
        exchange.applyFault(parsed.lastText);
        Script.Reply reply = Script.reply(parsed);
        String finish = reply.finish() == Script.Finish.LENGTH ? "length" : "stop";
        JsonObject usage = Json.obj(
                "prompt_tokens", reply.tokens().prompt(),
                "completion_tokens", reply.tokens().output(),
                "total_tokens", reply.tokens().total());
        if (!body.getBoolean("stream", false)) {
            exchange.respond(chunk(body, reply.text(), finish).put("usage", usage));
            return;
        }
        Sse sse = new Sse().errorFrame("data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n");
        reply.pieces().forEach(piece -> sse.data(chunk(body, piece, null)));
        sse.data(chunk(body, "", finish));
        if (Json.in(body, "stream_options").getBoolean("include_usage", false)) {
            sse.data(chunk(body, "", null).put("choices", new JsonArray()).put("usage", usage));
        }
        exchange.stream(sse.done());
    }

    private static JsonObject chunk(JsonObject body, String text, String finish) {
        JsonObject choice = Json.obj("text", text, "index", 0, "logprobs", null, "finish_reason", finish);
        return Json.obj(
                "id",
                "cmpl-mock1",
                "object",
                "text_completion",
                "created",
                ChatMockResponse.CREATED,
                "model",
                body.getString("model"),
                "choices",
                Json.arr(choice));
    }

    /** What says {@code violence} is flagged. */
    void moderate(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("input:sa! model:s").strict(body, rules);
        Object input = body.getValue("input");
        boolean parts = input instanceof JsonArray array && array.getValue(0) instanceof JsonObject;
        List<String> texts = parts ? List.of(ChatRequestValidator.text(input)) : Json.strings(input);
        exchange.applyFault(texts.get(texts.size() - 1));
        exchange.respond(Json.obj(
                "id", "modr-mock1",
                "model", body.getString("model", "omni-moderation-latest"),
                "results", Json.arr(IntStream.range(0, texts.size()).mapToObj(i -> judged(texts.get(i))))));
    }

    private static JsonObject judged(String text) {
        boolean flagged = text.contains("violence");
        JsonObject categories = new JsonObject();
        JsonObject scores = new JsonObject();
        JsonObject types = new JsonObject();
        for (String category : CATEGORIES) {
            boolean hit = flagged && category.equals("violence");
            categories.put(category, hit);
            scores.put(category, hit ? 0.9 : 0.001);
            types.put(category, Json.arr("text"));
        }
        return Json.obj(
                "flagged", flagged,
                "categories", categories,
                "category_scores", scores,
                "category_applied_input_types", types);
    }
}
