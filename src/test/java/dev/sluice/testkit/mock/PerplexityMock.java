package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The Perplexity stand-in: Agent API, search and embeddings. The retired Sonar paths respond as they do since
 * 2026-09-27.
 */
public final class PerplexityMock extends MockProvider {

    private final PerplexityRequestValidator rules = new PerplexityRequestValidator();

    private PerplexityMock(Vertx vertx) {
        super(vertx, "", "pplx-mock");
        route("POST", "/v1/agent", this::agent);
        route("POST", "/v1/responses", this::agent);
        route("POST", "/search", this::search);
        route("POST", "/v1/embeddings", this::embed);
        openRoute(
                "GET",
                "/v1/models",
                exchange ->
                        exchange.respond(OpenAiStyleMock.models("perplexity", "perplexity/sonar", "openai/gpt-5.4")));
        for (String retired : List.of("/chat/completions", "/v1/sonar", "/v1/chat/completions")) {
            route("POST", retired, exchange -> {
                throw new MockError(
                        403,
                        "chat_completions_not_available",
                        null,
                        null,
                        "Sonar is now the Agent API. Use POST /v1/agent.");
            });
        }
    }

    public static PerplexityMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static PerplexityMock open(Vertx vertx) {
        return started(new PerplexityMock(vertx));
    }

    @Override
    void authorise(MockExchange exchange) {
        if (!("Bearer " + key()).equals(exchange.header("authorization"))) {
            throw fault(MockFault.Kind.AUTH);
        }
    }

    /** Its code is the status, as a number. */
    @Override
    JsonObject envelope(MockError failure) {
        String type = failure.type.equals("invalid_request_error") ? "invalid_request" : failure.type;
        JsonObject error = Json.obj("message", failure.getMessage(), "type", type, "code", failure.status);
        if (failure.param != null) {
            error.put("param", failure.param);
        }
        return Json.obj("error", error);
    }

    @Override
    JsonObject errorIn200() {
        return PerplexityMockResponse.failed("perplexity/sonar");
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new MockError(429, "request_rate_limit_exceeded", null, null, "Request rate limit exceeded.")
                        .header("x-ratelimit-limit", "50")
                        .header("x-ratelimit-remaining", "0")
                        .header("retry-after", "2");
            case OVERLOADED -> new MockError(503, "service_unavailable", null, null, "Service unavailable.");
            case CONTEXT_LENGTH ->
                PerplexityRequestValidator.bad(
                        "invalid_request", "input", "Input exceeds the model's maximum context length");
            case CONTENT_FILTER -> PerplexityRequestValidator.bad("invalid_request", "input", "Input was blocked");
            case AUTH -> new MockError(401, "invalid_api_key", null, null, "Invalid API key provided.");
            case QUOTA -> new MockError(401, "insufficient_quota", null, null, "You exceeded your current quota.");
            default -> new MockError(500, "internal_error", null, null, "An internal error occurred.");
        };
    }

    private void agent(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = rules.agent(body);
        exchange.applyFault(parsed.lastText);
        new PerplexityMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private void search(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of(
                        "query:sa! max_results:i(1,20) max_tokens:i max_tokens_per_page:i search_domain_filter:a",
                        "search_recency_filter:s search_after_date_filter:s search_before_date_filter:s country:s")
                .strict(body, rules);
        JsonObject result = Json.obj(
                "title", Script.CITED_TITLE,
                "url", Script.CITED_URL,
                "snippet", "a snippet",
                "date", "2026-11-01",
                "last_updated", "2026-11-02");
        exchange.respond(Json.obj("id", "search_mock1", "results", Json.arr(result)));
    }

    /** Vectors come as base64 strings alone. */
    private void embed(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s! input:sa! dimensions:i encoding_format:s").strict(body, rules);
        if (!body.getString("model").startsWith("pplx-embed-")) {
            throw PerplexityRequestValidator.bad(
                    "invalid_model", "model", "Invalid model '" + body.getString("model") + "'.");
        }
        String format = body.getString("encoding_format", "base64_int8");
        if (!Set.of("base64_int8", "base64_binary").contains(format)) {
            throw PerplexityRequestValidator.bad(
                    "invalid_parameter", "encoding_format", "encoding_format must be base64_int8 or base64_binary");
        }
        int count = body.getValue("input") instanceof JsonArray many ? many.size() : 1;
        exchange.respond(Json.obj(
                "object", "list",
                "data",
                        Json.arr(IntStream.range(0, count)
                                .mapToObj(i ->
                                        Json.obj("object", "embedding", "index", i, "embedding", Vectors.bytes64(i)))),
                "model", body.getString("model"),
                "usage", Json.obj("prompt_tokens", 5, "total_tokens", 5)));
    }
}
