package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.Set;

/** Validates chat requests to OpenRouter: field types, a model with its vendor, reasoning returned unchanged. */
final class OpenRouterRequestValidator extends ChatRequestValidator {

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s models:a messages:a! provider:o plugins:a reasoning:o reasoning_effort:s top_k:n min_p:n(0,1)",
            "top_a:n(0,1) repetition_penalty:n(0,2) session_id:s trace:o user:s service_tier:s modalities:a",
            "image_config:o stream:b stream_options:o tools:a tool_choice:so max_tokens:i max_completion_tokens:i",
            "temperature:n(0,2) top_p:n(0,1) stop:sa seed:i response_format:o logprobs:b top_logprobs:i(0,20)");

    private static final Set<String> ROUTING = Set.of(
            "order",
            "only",
            "ignore",
            "allow_fallbacks",
            "require_parameters",
            "data_collection",
            "zdr",
            "quantizations",
            "sort",
            "max_price",
            "preferred_min_throughput",
            "preferred_max_latency",
            "enforce_distillable_text");

    /** The refusal is this provider's, its envelope another class's. */
    @Override
    MockError bad(String param, String code, String message) {
        return new MockError(400, "", RouterStyleMock.metadata("invalid_request"), param, message);
    }

    void model(String model) {
        if (model == null || !model.matches("~?[a-z0-9-]+/[A-Za-z0-9.:_-]+")) {
            throw bad("model", null, model + " is not a valid model ID");
        }
    }

    MockRequest chat(JsonObject body) {
        FIELDS.lenient(body, this);
        if (body.getValue("model") != null) {
            model(body.getString("model"));
        }
        Json.strings(body.getValue("models")).forEach(this::model);
        for (String name : Json.in(body, "provider").fieldNames()) {
            if (!ROUTING.contains(name)) {
                throw bad("provider", null, "Unrecognized key in provider: " + name);
            }
        }
        if (Json.in(body, "reasoning").getValue("effort") != null
                && Json.in(body, "reasoning").getValue("max_tokens") != null) {
            throw bad("reasoning", null, "Only one of reasoning.effort and reasoning.max_tokens may be given");
        }
        for (JsonObject message : Json.objects(body, "messages")) {
            for (JsonObject detail : Json.objects(message, "reasoning_details")) {
                boolean text = "reasoning.text".equals(detail.getString("type"));
                if (text && !Script.SIGNATURE.equals(detail.getString("signature"))) {
                    throw bad("messages", null, "reasoning_details must be returned unchanged");
                }
            }
        }
        MockRequest parsed = read(body);
        String effort = Json.in(body, "reasoning").getString("effort", body.getString("reasoning_effort"));
        boolean budget = Json.in(body, "reasoning").getValue("max_tokens") != null
                || Json.in(body, "reasoning").getBoolean("enabled", false);
        parsed.thinking = budget || effort != null && !effort.equals("none");
        return parsed;
    }
}
