package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Validates requests to Perplexity's Agent API: like Responses with fewer fields; unknown fields are rejected. */
final class PerplexityRequestValidator extends ResponsesRequestValidator {

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s models:a preset:s input:sa! instructions:s tools:a tool_choice:so parallel_tool_calls:b",
            "max_output_tokens:i(16,1000000) temperature:n(0,2) top_p:n(0,1) reasoning:o response_format:o",
            "max_steps:i(1,100) max_tool_calls:i previous_response_id:s background:b store:b metadata:o truncation:s",
            "language_preference:s stream:b stream_options:o");

    private static final BodySchema SEARCH =
            BodySchema.of("type:s! filters:o search_context_size:s user_location:o max_results:i(1,50) max_tokens:i"
                    + " max_tokens_per_page:i");

    private static final BodySchema FILTERS = BodySchema.of(
            "search_domain_filter:a search_recency_filter:s search_after_date_filter:s search_before_date_filter:s",
            "last_updated_after_filter:s last_updated_before_filter:s");

    private static final Set<String> HOSTED =
            Set.of("web_search", "fetch_url", "people_search", "finance_search", "sandbox", "mcp");

    static MockError bad(String type, String param, String message) {
        return new MockError(400, type, null, param, message);
    }

    @Override
    public MockError unknown(String field) {
        return bad("invalid_parameter", field, "Unknown parameter: " + field);
    }

    @Override
    public MockError missing(String field) {
        return bad("invalid_request", field, "Missing parameter: " + field);
    }

    @Override
    public MockError wrong(String field, String expected, Object got) {
        return bad("invalid_parameter", field, "Parameter " + field + " must be " + expected);
    }

    @Override
    BodySchema fields() {
        return FIELDS;
    }

    /** At the top and in chat's nested style. */
    @Override
    JsonObject format(JsonObject body) {
        JsonObject format = Json.in(body, "response_format");
        if (!format.isEmpty() && !"json_schema".equals(format.getString("type"))) {
            throw bad("invalid_parameter", "response_format.type", "response_format.type must be json_schema");
        }
        if (!format.isEmpty() && !Json.in(format, "json_schema").containsKey("schema")) {
            throw missing("response_format.json_schema.schema");
        }
        return format;
    }

    MockRequest agent(JsonObject body) {
        MockRequest parsed = read(body);
        model(body);
        if (String.valueOf(body.getValue("model")).startsWith("anthropic/")
                && body.getValue("max_output_tokens") == null) {
            throw missing("max_output_tokens");
        }
        for (JsonObject tool : Json.objects(body, "tools")) {
            String type = tool.getString("type", "");
            if (type.equals("web_search")) {
                search(tool);
            } else if (!type.equals("function") && !HOSTED.contains(type)) {
                throw bad("invalid_parameter", "tools", "Unknown tool type: " + type);
            }
        }
        return parsed;
    }

    /** Whether this request searches: it never does so by itself. */
    static boolean searches(JsonObject body) {
        return body.getValue("preset") != null
                || Json.objects(body, "tools").stream().anyMatch(tool -> "web_search".equals(tool.getString("type")));
    }

    private void model(JsonObject body) {
        String preset = body.getString("preset");
        List<String> models = Json.strings(body.getValue("models", body.getValue("model")));
        if (models.isEmpty() && preset == null) {
            throw missing("model");
        }
        if (preset != null && !Set.of("fast", "low", "medium", "high", "xhigh").contains(preset)) {
            throw bad("invalid_parameter", "preset", "Unknown preset: " + preset);
        }
        for (String model : models) {
            if (!model.matches("(perplexity|openai|anthropic|google|xai)/.+")) {
                throw bad("invalid_model", "model", "Invalid model '" + model + "'.");
            }
        }
        if (models.size() > 5) {
            throw bad("invalid_parameter", "models", "At most 5 models");
        }
    }

    private void search(JsonObject tool) {
        SEARCH.strict(tool, this);
        JsonObject filters = Json.in(tool, "filters");
        FILTERS.strict(filters, this);
        JsonArray domains = filters.getJsonArray("search_domain_filter", new JsonArray());
        if (domains.size() > 20 || Json.strings(domains).stream().anyMatch(d -> d.contains("://"))) {
            throw bad("invalid_search_domain_filter", "search_domain_filter", "At most 20 domains, without a scheme");
        }
        for (String name : filters.fieldNames()) {
            if (name.contains("date") && !filters.getString(name).matches("\\d{1,2}/\\d{1,2}/\\d{4}")) {
                throw bad("invalid_date_format", name, "Dates must be MM/DD/YYYY");
            }
            if (name.contains("date") && filters.containsKey("search_recency_filter")) {
                throw bad("invalid_parameter", name, "search_recency_filter cannot be combined with date filters");
            }
        }
    }
}
