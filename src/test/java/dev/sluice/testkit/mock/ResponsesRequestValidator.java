package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Validates requests in the Responses format. */
class ResponsesRequestValidator implements BodySchema.FieldErrors {

    static final String ENCRYPTED = "ZW5jcnlwdGVkLWJ5LXRoZS1tb2Nr";

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s! input:sa instructions:sa max_output_tokens:i max_tool_calls:i temperature:n(0,2) top_p:n(0,1)",
            "top_logprobs:i(0,20) tools:a tool_choice:so parallel_tool_calls:b text:o reasoning:o include:a store:b",
            "previous_response_id:s conversation:so background:b truncation:s stream:b stream_options:o metadata:o",
            "prompt:o prompt_cache_key:s prompt_cache_options:o prompt_cache_retention:s safety_identifier:s",
            "service_tier:s moderation:o context_management:a user:s");

    private static final Map<String, Set<String>> ITEMS = Map.of(
            "message", Set.of("type", "id", "role", "content", "status", "phase"),
            "function_call", Set.of("type", "id", "call_id", "name", "arguments", "status", "namespace", "caller"),
            "function_call_output", Set.of("type", "id", "call_id", "output", "status", "caller"),
            "reasoning", Set.of("type", "id", "summary", "content", "encrypted_content", "status"));

    private final ChatRequestValidator words = new ChatRequestValidator();

    @Override
    public MockError unknown(String field) {
        if (field.equals("response_format")) {
            return words.bad(
                    field,
                    "unsupported_parameter",
                    "Unsupported parameter: 'response_format'. In the Responses API, this parameter has moved to"
                            + " 'text.format'.");
        }
        return words.unknown(field);
    }

    @Override
    public MockError missing(String field) {
        return words.missing(field);
    }

    @Override
    public MockError wrong(String field, String expected, Object got) {
        return words.wrong(field, expected, got);
    }

    /** The least that may be asked for as {@code max_output_tokens}. */
    static final int LEAST_OUTPUT = 16;

    BodySchema fields() {
        return FIELDS;
    }

    /** Where the output's format stands. */
    JsonObject format(JsonObject body) {
        JsonObject format = Json.in(Json.in(body, "text"), "format");
        if ("json_schema".equals(format.getString("type"))) {
            if (!format.containsKey("name") || !format.containsKey("schema")) {
                throw missing("text.format.name and .schema");
            }
            if (Boolean.TRUE.equals(format.getValue("strict"))) {
                refuse(ReportedRefusals.strictSchema(Json.in(format, "schema"), "text.format"));
            }
        }
        return format;
    }

    MockRequest read(JsonObject body) {
        fields().strict(body, this);
        if (body.getValue("input") == null
                && Set.of("prompt", "previous_response_id", "conversation").stream()
                        .allMatch(stored -> body.getValue(stored) == null)) {
            throw missing("input");
        }
        if (body.getValue("max_output_tokens") instanceof Integer most && most < LEAST_OUTPUT) {
            throw words.bad(
                    "max_output_tokens",
                    "integer_below_min_value",
                    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got "
                            + most);
        }
        refuse(ReportedRefusals.lengths(body));
        refuse(ReportedRefusals.outputLimit(body.getString("model"), body.getValue("max_output_tokens")));
        MockRequest parsed = new MockRequest();
        if (body.getValue("input") instanceof JsonArray items) {
            items(parsed, body, items);
        } else {
            parsed.lastText = body.getString("input", "");
        }
        tools(parsed, body);
        parsed.stream = body.getBoolean("stream", false);
        parsed.parallel = !Boolean.FALSE.equals(body.getValue("parallel_tool_calls"));
        parsed.schema = format(body).getString("type", "text").startsWith("json");
        parsed.oneToken = Integer.valueOf(LEAST_OUTPUT).equals(body.getValue("max_output_tokens"));
        parsed.logprobs = Json.strings(body.getValue("include")).contains("message.output_text.logprobs");
        String effort = Json.in(body, "reasoning").getString("effort");
        parsed.thinking = effort != null && !effort.equals("none");
        return parsed;
    }

    private void items(MockRequest parsed, JsonObject body, JsonArray items) {
        Set<String> open = new LinkedHashSet<>();
        int at = 0;
        for (JsonObject item : Json.objects(items)) {
            String where = "input[" + at++ + "]";
            String type = item.getString("type", "message");
            for (String name : item.fieldNames()) {
                if (ITEMS.containsKey(type) && !ITEMS.get(type).contains(name)) {
                    throw unknown(where + "." + name);
                }
            }
            identifiers(item, type, where);
            switch (type) {
                case "message" -> {
                    message(parsed, item, where);
                    if (!"assistant".equals(item.getString("role"))) {
                        parsed.results.clear();
                    }
                }
                case "function_call" -> {
                    require(item, where, "call_id", "name", "arguments");
                    open.add(item.getString("call_id"));
                    parsed.results.clear();
                }
                case "function_call_output" -> output(parsed, body, item, where, open);
                case "reasoning" -> reasoning(body, item, where);
                case "item_reference" -> require(item, where, "id");
                // "Must be the final input item."
                case "compaction_trigger" -> {
                    if (at != items.size()) {
                        throw words.bad(where, "invalid_value", "compaction_trigger must be the final input item.");
                    }
                }
                default ->
                    throw words.bad(where + ".type", "invalid_value", "Invalid value: '" + type + "' of " + where);
            }
        }
        if (!open.isEmpty()) {
            throw words.bad("input", null, "No tool output found for function call " + String.join(", ", open) + ".");
        }
    }

    /** Prefixes that OpenAI checks, and the length of an id. */
    private void identifiers(JsonObject item, String type, String where) {
        String prefix = switch (type) {
            case "message" -> "assistant".equals(item.getString("role")) ? "msg" : "";
            case "function_call" -> "fc";
            case "reasoning" -> "rs";
            default -> "";
        };
        if (item.getValue("id") instanceof String id && !id.startsWith(prefix)) {
            refuse("Invalid '" + where + ".id': '" + id + "'. Expected an ID that begins with '" + prefix + "'.");
        }
        refuse(ReportedRefusals.idTooLong(item.getString("id"), where + ".id"));
        refuse(ReportedRefusals.idTooLong(item.getString("call_id"), where + ".call_id"));
    }

    private void refuse(String refusal) {
        if (refusal != null) {
            throw words.bad("input", "invalid_value", refusal);
        }
    }

    private void output(MockRequest parsed, JsonObject body, JsonObject item, String where, Set<String> open) {
        require(item, where, "call_id");
        boolean known = open.remove(item.getString("call_id")) || body.containsKey("previous_response_id");
        if (!known) {
            String id = item.getString("call_id");
            throw words.bad("input", null, "No tool call found for function call output with call_id " + id + ".");
        }
        Object output = item.getValue("output");
        if (!(output instanceof String) && !(output instanceof JsonArray)) {
            throw wrong(where + ".output", "a string or an array", output);
        }
        for (JsonObject part : output instanceof JsonArray parts ? Json.objects(parts) : List.<JsonObject>of()) {
            if (!Set.of("input_text", "input_image", "input_file").contains(part.getString("type", ""))) {
                refuse("Invalid value: '" + part.getString("type") + "' of " + where + ".output");
            }
        }
        parsed.results.add(ChatRequestValidator.text(output));
    }

    private void reasoning(JsonObject body, JsonObject item, String where) {
        require(item, where, "id");
        if (!item.containsKey("summary")) {
            throw missing(where + ".summary");
        }
        String encrypted = item.getString("encrypted_content");
        if (encrypted == null && Boolean.FALSE.equals(body.getValue("store"))) {
            throw new MockError(
                    404,
                    "invalid_request_error",
                    null,
                    "input",
                    "Item with id '" + item.getString("id")
                            + "' not found. Items are not persisted when `store` is set to false.");
        }
        if (encrypted != null && !encrypted.equals(ENCRYPTED)) {
            throw words.bad("input", "invalid_encrypted_content", "The encrypted content could not be verified.");
        }
    }

    private void message(MockRequest parsed, JsonObject item, String where) {
        String role = item.getString("role", "");
        if (!Set.of("user", "assistant", "system", "developer").contains(role)) {
            throw words.bad(where + ".role", "invalid_value", "Invalid value: '" + role + "'.");
        }
        Object content = item.getValue("content");
        Set<String> allowed = role.equals("assistant")
                ? Set.of("output_text", "refusal")
                : Set.of("input_text", "input_image", "input_file");
        if (content instanceof JsonArray parts) {
            for (JsonObject part : Json.objects(parts)) {
                String type = part.getString("type", "");
                if (!allowed.contains(type)) {
                    String message = "Invalid value: '" + type + "'. Supported values are: " + allowed + ".";
                    throw words.bad(where + ".content", "invalid_value", message);
                }
                if (type.equals("input_image") && !(part.getValue("image_url") instanceof String)) {
                    throw wrong(where + ".content.image_url", "a string", part.getValue("image_url"));
                }
            }
        } else if (!(content instanceof String)) {
            throw wrong(where + ".content", "a string or an array", content);
        }
        if (role.equals("user")) {
            parsed.lastText = ChatRequestValidator.text(content);
            parsed.images = content instanceof JsonArray parts
                    ? (int) Json.objects(parts).stream()
                            .filter(p -> "input_image".equals(p.getString("type")))
                            .count()
                    : 0;
        }
    }

    private void tools(MockRequest parsed, JsonObject body) {
        for (JsonObject tool : Json.objects(body, "tools")) {
            if ("function".equals(tool.getString("type"))) {
                require(tool, "tools[]", "name");
                if (!tool.containsKey("parameters")) {
                    throw missing("tools[].parameters");
                }
                boolean strict = Boolean.TRUE.equals(tool.getValue("strict"));
                refuse(ReportedRefusals.functionSchema(tool.getString("name"), Json.in(tool, "parameters"), strict));
                parsed.tools.add(tool.getString("name"));
            }
        }
        Object choice = body.getValue("tool_choice");
        if (choice instanceof String word) {
            parsed.toolChoice = words.choice(word);
        } else if (choice instanceof JsonObject named && "function".equals(named.getString("type"))) {
            require(named, "tool_choice", "name");
            parsed.toolChoice = named.getString("name");
            if (!parsed.tools.contains(parsed.toolChoice)) {
                throw words.bad(
                        "tool_choice", null, "Tool choice '" + parsed.toolChoice + "' not found in 'tools' parameter.");
            }
        }
    }

    private void require(JsonObject owner, String where, String... names) {
        for (String name : names) {
            if (!(owner.getValue(name) instanceof String)) {
                throw missing(where + "." + name);
            }
        }
    }
}
