package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Validates chat requests by model: which models exist and which parameters each accepts. */
final class OpenAiChatValidator extends ChatRequestValidator {

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s! messages:a! audio:o frequency_penalty:n(-2,2) function_call:so functions:a logit_bias:o"
                    + " logprobs:b",
            "max_completion_tokens:i(1,1000000) max_tokens:i(1,1000000) metadata:o modalities:a moderation:o"
                    + " n:i(1,128)",
            "parallel_tool_calls:b prediction:o presence_penalty:n(-2,2) prompt_cache_key:s prompt_cache_options:o",
            "prompt_cache_retention:s reasoning_effort:s response_format:o safety_identifier:s seed:i service_tier:s",
            "stop:sa store:b stream:b stream_options:o temperature:n(0,2) tool_choice:so tools:a top_logprobs:i(0,20)",
            "top_p:n(0,1) user:s verbosity:s web_search_options:o");

    private static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    @Override
    Set<String> messageFields(String role) {
        return switch (role) {
            case "assistant" ->
                Set.of("role", "content", "name", "refusal", "tool_calls", "audio", "function_call", "annotations");
            case "tool" -> Set.of("role", "content", "tool_call_id");
            default -> Set.of("role", "content", "name");
        };
    }

    static boolean reasons(String model) {
        return model.matches("gpt-[56].*|o[134].*");
    }

    /** Fails on a model that never was, or is no more. */
    void exists(String model) {
        if (!model.matches("(gpt-|o[134](-|$)|text-embedding-|omni-moderation|tts-|whisper|sora|chatgpt-|davinci).*")) {
            throw new MockError(
                    404,
                    "invalid_request_error",
                    "model_not_found",
                    null,
                    "The model `" + model + "` does not exist or you do not have access to it.");
        }
    }

    MockRequest chat(JsonObject body) {
        FIELDS.strict(body, this);
        String model = body.getString("model");
        exists(model);
        MockRequest parsed = read(body);
        pairs(body);
        reported(body);
        if (reasons(model)) {
            reasoning(body, model, parsed);
        } else if (body.getValue("reasoning_effort") != null) {
            throw unsupported("reasoning_effort", model);
        }
        String effort = body.getString("reasoning_effort");
        parsed.thinking = effort != null && !effort.equals("none");
        return parsed;
    }

    @Override
    void checkCallId(String id) {
        refuse(ReportedRefusals.idTooLong(id, "messages.tool_calls.id"));
    }

    private void reported(JsonObject body) {
        refuse(ReportedRefusals.lengths(body));
        for (String limit : List.of("max_tokens", "max_completion_tokens")) {
            refuse(ReportedRefusals.outputLimit(body.getString("model"), body.getValue(limit)));
        }
        if (body.getValue("tools") instanceof JsonArray tools && tools.isEmpty()) {
            throw bad("tools", "empty_array", "Invalid 'tools': empty array. Expected an array with minimum length 1");
        }
        for (JsonObject tool : Json.objects(body, "tools")) {
            JsonObject function = Json.in(tool, "function");
            boolean strict = Boolean.TRUE.equals(function.getValue("strict"));
            refuse(ReportedRefusals.functionSchema(
                    function.getString("name"), Json.in(function, "parameters"), strict));
        }
        for (JsonObject message : Json.objects(body, "messages")) {
            for (JsonObject call : Json.objects(message, "tool_calls")) {
                only(call, Set.of("id", "type", "function", "custom"), "messages.tool_calls");
                only(Json.in(call, "function"), Set.of("name", "arguments"), "messages.tool_calls.function");
            }
            if (message.getValue("name") instanceof String name && !name.matches("[^\\s<|\\\\/>]+")) {
                throw bad("messages.name", "invalid_value", "Invalid 'messages.name': string does not match pattern.");
            }
        }
    }

    private void only(JsonObject object, Set<String> known, String at) {
        for (String name : object.fieldNames()) {
            if (!known.contains(name)) {
                throw unknown(at + "." + name);
            }
        }
    }

    private void refuse(String refusal) {
        if (refusal != null) {
            throw bad(null, "invalid_value", refusal);
        }
    }

    private void pairs(JsonObject body) {
        if (body.containsKey("stream_options") && !body.getBoolean("stream", false)) {
            throw bad(
                    "stream_options", null, "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        }
        if (body.containsKey("top_logprobs") && !body.getBoolean("logprobs", false)) {
            throw bad("top_logprobs", null, "'top_logprobs' is only allowed when 'logprobs' is enabled.");
        }
        if (body.containsKey("parallel_tool_calls") && !body.containsKey("tools")) {
            throw bad(
                    "parallel_tool_calls",
                    null,
                    "Invalid value for 'parallel_tool_calls': only allowed when 'tools' are specified.");
        }
        if (body.getValue("max_tokens") != null && body.getValue("max_completion_tokens") != null) {
            throw bad("max_tokens", null, "Setting 'max_tokens' and 'max_completion_tokens' at once is not supported.");
        }
        if (Json.strings(body.getValue("stop")).size() > 4) {
            throw bad("stop", "array_above_max_length", "Invalid 'stop': expected an array of at most 4.");
        }
        metadata(Json.in(body, "metadata"));
        format(body, Json.in(body, "response_format"));
    }

    private void metadata(JsonObject metadata) {
        for (String name : metadata.fieldNames()) {
            boolean fits = metadata.getValue(name) instanceof String text && text.length() <= 512;
            if (!fits || name.length() > 64 || metadata.size() > 16) {
                throw bad("metadata", null, "Expected at most 16 pairs, names up to 64, strings up to 512 characters.");
            }
        }
    }

    private void format(JsonObject body, JsonObject format) {
        String type = format.getString("type", "text");
        if (!Set.of("text", "json_object", "json_schema").contains(type)) {
            throw bad("response_format.type", "invalid_value", "Invalid value: '" + type + "'.");
        }
        JsonObject schema = Json.in(format, "json_schema");
        if (type.equals("json_schema")) {
            if (!schema.containsKey("name")) {
                throw missing("response_format.json_schema.name");
            }
            if (Boolean.TRUE.equals(schema.getValue("strict"))) {
                refuse(ReportedRefusals.strictSchema(Json.in(schema, "schema"), "response_format"));
            }
        }
        String said = body.getJsonArray("messages").encode().toLowerCase(java.util.Locale.ROOT);
        if (type.equals("json_object") && !said.contains("json")) {
            throw bad("messages", null, "'messages' must contain the word 'json' in some form, to use json_object.");
        }
    }

    private void reasoning(JsonObject body, String model, MockRequest parsed) {
        if (body.getValue("max_tokens") != null) {
            throw bad(
                    "max_tokens",
                    "unsupported_parameter",
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'"
                            + " instead.");
        }
        for (String sampling : List.of("temperature", "top_p")) {
            if (body.getValue(sampling) instanceof Number n && n.doubleValue() != 1) {
                throw bad(
                        sampling,
                        "unsupported_value",
                        "Unsupported value: '" + sampling + "' does not support " + n
                                + " with this model. Only the default (1) value is supported.");
            }
        }
        for (String name : List.of("presence_penalty", "frequency_penalty", "logprobs", "top_logprobs")) {
            if (body.getValue(name) instanceof Number n && n.doubleValue() != 0
                    || name.equals("logprobs") && parsed.logprobs) {
                throw unsupported(name, model);
            }
        }
        if (model.matches("o3.*|o4-mini.*") && body.getValue("stop") != null) {
            throw unsupported("stop", model);
        }
        effort(body, model, parsed);
    }

    private void effort(JsonObject body, String model, MockRequest parsed) {
        String effort = body.getString("reasoning_effort");
        boolean none = !model.matches("gpt-6-astra|gpt-6\\.1-sol|gpt-5|gpt-5-.*|o[134].*");
        boolean most = model.matches("gpt-5\\.6.*|gpt-6.*");
        boolean known = effort == null
                || EFFORTS.contains(effort) && (none || !effort.equals("none")) && (most || !effort.equals("max"));
        if (!known) {
            throw bad(
                    "reasoning_effort",
                    "unsupported_value",
                    "Unsupported value: '" + effort + "' is not supported with the '" + model + "' model.");
        }
        boolean newer = model.matches("gpt-5\\.[4-9].*|gpt-6.*");
        if (newer && !parsed.tools.isEmpty() && !"none".equals(effort)) {
            throw bad(
                    "reasoning_effort",
                    null,
                    "Function tools with reasoning_effort are not supported for " + model
                            + " in /v1/chat/completions. Please use /v1/responses instead, or set reasoning_effort to"
                            + " 'none'.");
        }
    }

    MockError unsupported(String name, String model) {
        return bad(
                name,
                "unsupported_parameter",
                "Unsupported parameter: '" + name + "' is not supported with the model " + model + ".");
    }
}
