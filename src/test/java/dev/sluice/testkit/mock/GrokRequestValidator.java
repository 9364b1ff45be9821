package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Validates chat requests to xAI: rejects live search and parameters that reasoning models do not support. */
final class GrokRequestValidator extends ChatRequestValidator {

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s! messages:a! stream:b stream_options:o max_tokens:i max_completion_tokens:i temperature:n(0,2)",
            "top_p:n(0,1) stop:sa seed:i n:i(1,128) logprobs:b top_logprobs:i(0,8) presence_penalty:n(-2,2)",
            "frequency_penalty:n(-2,2) reasoning_effort:s response_format:o tools:a tool_choice:so",
            "parallel_tool_calls:b parallel_function_calling:b service_tier:s user:s deferred:b");

    /** Types are checked where the body is read into its own, which is another error. */
    @Override
    public MockError wrong(String field, String expected, Object got) {
        String message =
                "Failed to deserialize the JSON body into the target type: " + field + ": expected " + expected;
        return MockError.withBody(422, Json.obj("error", message));
    }

    @Override
    MockError bad(String param, String code, String message) {
        return clientError(400, "Client specified an invalid argument", message);
    }

    static MockError clientError(int status, String code, String message) {
        return MockError.withBody(status, Json.obj("code", code, "error", message));
    }

    void model(String model) {
        if (!model.startsWith("grok-")) {
            throw clientError(
                    404,
                    "Some requested entity was not found",
                    "The model " + model + " does not exist or your team does not have access to it.");
        }
    }

    MockRequest chat(JsonObject body) {
        if (body.containsKey("search_parameters")) {
            throw clientError(410, "Gone", "Live search is deprecated. Please switch to the Agent Tools API.");
        }
        FIELDS.lenient(body, this);
        String model = body.getString("model");
        model(model);
        MockRequest parsed = read(body);
        if (Json.strings(body.getValue("stop")).size() > 8) {
            throw bad("stop", null, "At most 8 stop sequences");
        }
        boolean silent = model.contains("non-reasoning");
        if (!silent) {
            for (String name : List.of("stop", "presence_penalty", "frequency_penalty")) {
                if (body.getValue(name) != null) {
                    throw bad(name, null, "Model " + model + " does not support parameter " + name + ".");
                }
            }
        }
        parsed.thinking = effort(body.getString("reasoning_effort"), model);
        return parsed;
    }

    /** @return whether it thinks */
    boolean effort(String effort, String model) {
        if (effort == null) {
            return false;
        }
        boolean takesNone = model.startsWith("grok-4.3");
        if (model.startsWith("grok-4.20")
                || !Set.of("none", "low", "medium", "high", "xhigh").contains(effort)) {
            throw bad("reasoning_effort", null, "Model " + model + " does not support parameter reasoningEffort.");
        }
        if (effort.equals("none") && !takesNone) {
            throw bad("reasoning_effort", null, "This model does not support `none` as reasoning_effort.");
        }
        return !effort.equals("none");
    }
}
