package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Perplexity: the Agent API, search and embeddings. The retired Sonar paths answer as they do since 2026-09-27. */
public final class PerplexityMock extends MockProvider {

    private final PerplexityRules rules = new PerplexityRules();

    private PerplexityMock(Vertx vertx) {
        super(vertx, "", "pplx-mock");
        route("POST", "/v1/agent", this::agent);
        route("POST", "/v1/responses", this::agent);
        route("POST", "/search", this::search);
        route("POST", "/v1/embeddings", this::embed);
        openRoute(
                "GET",
                "/v1/models",
                exchange -> exchange.answer(OpenAiLike.models("perplexity", "perplexity/sonar", "openai/gpt-5.4")));
        for (String retired : List.of("/chat/completions", "/v1/sonar", "/v1/chat/completions")) {
            route("POST", retired, exchange -> {
                throw new Refusal(
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

    /** @param vertx which its owner closes; null for one of the mock's own */
    public static PerplexityMock open(Vertx vertx) {
        return started(new PerplexityMock(vertx));
    }

    @Override
    void authorise(Exchange exchange) {
        if (!("Bearer " + key()).equals(exchange.header("authorization"))) {
            throw fault(Fault.Kind.AUTH);
        }
    }

    /** Its code is the status, as a number. */
    @Override
    JsonObject envelope(Refusal refusal) {
        String type = refusal.type.equals("invalid_request_error") ? "invalid_request" : refusal.type;
        JsonObject error = Json.obj("message", refusal.getMessage(), "type", type, "code", refusal.status);
        if (refusal.param != null) {
            error.put("param", refusal.param);
        }
        return Json.obj("error", error);
    }

    @Override
    JsonObject errorIn200() {
        return PerplexityAnswer.failed("perplexity/sonar");
    }

    @Override
    Refusal fault(Fault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new Refusal(429, "request_rate_limit_exceeded", null, null, "Request rate limit exceeded.")
                        .header("x-ratelimit-limit", "50")
                        .header("x-ratelimit-remaining", "0")
                        .header("retry-after", "2");
            case OVERLOADED -> new Refusal(503, "service_unavailable", null, null, "Service unavailable.");
            case CONTEXT_LENGTH ->
                PerplexityRules.bad("invalid_request", "input", "Input exceeds the model's maximum context length");
            case CONTENT_FILTER -> PerplexityRules.bad("invalid_request", "input", "Input was blocked");
            case AUTH -> new Refusal(401, "invalid_api_key", null, null, "Invalid API key provided.");
            case QUOTA -> new Refusal(401, "insufficient_quota", null, null, "You exceeded your current quota.");
            default -> new Refusal(500, "internal_error", null, null, "An internal error occurred.");
        };
    }

    private void agent(Exchange exchange) {
        JsonObject body = exchange.json();
        Ask ask = rules.agent(body);
        exchange.mind(ask.lastText);
        new PerplexityAnswer(ask, Script.answer(ask), body, exchange.mindsFilteredOutput()).to(exchange);
    }

    private void search(Exchange exchange) {
        JsonObject body = exchange.json();
        Shape.of(
                        "query:sa! max_results:i(1,20) max_tokens:i max_tokens_per_page:i search_domain_filter:a",
                        "search_recency_filter:s search_after_date_filter:s search_before_date_filter:s country:s")
                .strict(body, rules);
        JsonObject result = Json.obj(
                "title", Script.CITED_TITLE,
                "url", Script.CITED_URL,
                "snippet", "a snippet",
                "date", "2026-11-01",
                "last_updated", "2026-11-02");
        exchange.answer(Json.obj("id", "search_mock1", "results", Json.arr(result)));
    }

    /** Vectors come as base64 strings alone. */
    private void embed(Exchange exchange) {
        JsonObject body = exchange.json();
        Shape.of("model:s! input:sa! dimensions:i encoding_format:s").strict(body, rules);
        if (!body.getString("model").startsWith("pplx-embed-")) {
            throw PerplexityRules.bad("invalid_model", "model", "Invalid model '" + body.getString("model") + "'.");
        }
        String format = body.getString("encoding_format", "base64_int8");
        if (!Set.of("base64_int8", "base64_binary").contains(format)) {
            throw PerplexityRules.bad(
                    "invalid_parameter", "encoding_format", "encoding_format must be base64_int8 or base64_binary");
        }
        int count = body.getValue("input") instanceof JsonArray many ? many.size() : 1;
        exchange.answer(Json.obj(
                "object", "list",
                "data",
                        Json.arr(IntStream.range(0, count)
                                .mapToObj(i ->
                                        Json.obj("object", "embedding", "index", i, "embedding", Vectors.bytes64(i)))),
                "model", body.getString("model"),
                "usage", Json.obj("prompt_tokens", 5, "total_tokens", 5)));
    }
}
