package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** The Blackbox stand-in: chat, and images and videos as chats whose content is a URL. */
public final class BlackboxMock extends RouterStyleMock {

    private static final String PREFIX = "blackboxai/";

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s! messages:a! stream:b stream_options:o temperature:n(0,2) max_tokens:i top_p:n(0,1) tools:a",
            "tool_choice:so stop:sa seed:i presence_penalty:n(-2,2) frequency_penalty:n(-2,2) response_format:o");

    private final Validator rules = new Validator();
    private final ResponsesRequestValidator responses = new ResponsesRequestValidator();

    private BlackboxMock(Vertx vertx) {
        super(vertx, "", "sk-mock-blackbox");
        route("POST", "/chat/completions", this::chat);
        route("POST", "/v1/responses", this::respond);
    }

    public static BlackboxMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static BlackboxMock open(Vertx vertx) {
        return started(new BlackboxMock(vertx));
    }

    private void chat(MockExchange exchange) {
        JsonObject body = exchange.json();
        FIELDS.lenient(body, rules);
        String model = body.getString("model");
        if (!model.startsWith(PREFIX)
                || !model.substring(PREFIX.length()).contains("/") && !model.endsWith("-search")) {
            throw rules.bad("model", null, model + " is not a valid model ID");
        }
        MockRequest parsed = rules.read(body);
        exchange.applyFault(parsed.lastText);
        if (model.matches(".*(flux|stable-diffusion|imagen|ideogram).*")) {
            exchange.respond(drawn(model, origin() + "/files/mock.webp"));
        } else if (model.matches(".*(veo|kling|sora|hailuo|luma).*")) {
            exchange.respond(drawn(model, origin() + "/files/mock.mp4"));
        } else {
            new Commented(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
        }
    }

    /** Absent values are the string {@code None}, and all token counts are 0. */
    private static JsonObject drawn(String model, String url) {
        JsonObject message =
                Json.obj("role", "assistant", "content", url, "tool_calls", "None", "function_call", "None");
        return Json.obj(
                "id",
                "chatcmpl-mock1",
                "object",
                "chat.completion",
                "created",
                ChatMockResponse.CREATED,
                "model",
                model.substring(PREFIX.length()) + ":0a1b2c",
                "system_fingerprint",
                "None",
                "choices",
                Json.arr(Json.obj("index", 0, "finish_reason", "stop", "message", message)),
                "usage",
                Json.obj(
                        "prompt_tokens", 0,
                        "completion_tokens", 0,
                        "total_tokens", 0,
                        "completion_tokens_details", "None",
                        "prompt_tokens_details", "None"));
    }

    private void respond(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = responses.read(body);
        if (body.getString("model").startsWith(PREFIX)) {
            throw rules.bad("model", null, "Responses take models without the prefix " + PREFIX);
        }
        exchange.applyFault(parsed.lastText);
        new ResponsesMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private static final class Validator extends ChatRequestValidator {

        @Override
        Set<String> roles() {
            return Set.of("system", "user", "assistant", "tool");
        }
    }

    private static final class Commented extends Response {

        Commented(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
            super(parsed, reply, body, filtered);
        }

        @Override
        void before(Sse sse) {
            sse.comment("BLACKBOX PROCESSING");
        }
    }
}
