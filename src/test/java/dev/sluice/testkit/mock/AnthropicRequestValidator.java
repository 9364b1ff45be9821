package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Validates the order of messages and content blocks as the Messages API does. */
final class AnthropicRequestValidator implements BodySchema.FieldErrors {

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s! max_tokens:i! messages:a! system:sa stop_sequences:a stream:b temperature:n(0,1) top_k:i(0,500)",
            "top_p:n(0,1) tools:a tool_choice:o thinking:o output_config:o metadata:o cache_control:o service_tier:s",
            "speed:s container:so diagnostics:o inference_geo:s");

    private static final BodySchema COUNTED = BodySchema.of(
            "model:s! messages:a! system:sa tools:a tool_choice:o thinking:o output_config:o cache_control:o");

    static final String NEWER = "2026-10-21";

    private final AnthropicModelValidator models = new AnthropicModelValidator(this);
    private final AnthropicFieldValidator fields = new AnthropicFieldValidator(this);

    static MockError bad(String message) {
        return new MockError(400, "invalid_request_error", null, null, message);
    }

    @Override
    public MockError unknown(String field) {
        return bad(field + ": Extra inputs are not permitted");
    }

    @Override
    public MockError missing(String field) {
        return bad(field + ": Field required");
    }

    @Override
    public MockError wrong(String field, String expected, Object got) {
        return bad(field + ": Input should be " + expected);
    }

    /** @param counting whether the request is to the token counter, which accepts fewer fields */
    MockRequest read(JsonObject body, String version, boolean counting) {
        (counting ? COUNTED : FIELDS).strict(body, this);
        fields.check(body);
        models.check(body, version);
        int marks = body.encode().split("\"cache_control\":\\{", -1).length - 1;
        if (marks > 4) {
            throw bad("A maximum of 4 blocks with cache_control may be provided. Found " + marks + ".");
        }
        MockRequest parsed = new MockRequest();
        system(body);
        tools(parsed, body);
        messages(parsed, body, version);
        parsed.stream = body.getBoolean("stream", false);
        parsed.stops = Json.strings(body.getValue("stop_sequences"));
        if (parsed.stops.stream().anyMatch(String::isBlank)) {
            throw bad("stop_sequences: each stop sequence must contain non-whitespace");
        }
        parsed.oneToken = ChatRequestValidator.one(body.getValue("max_tokens"));
        parsed.schema = "json_schema"
                .equals(Json.in(Json.in(body, "output_config"), "format").getString("type"));
        parsed.thinking = models.thinks(body);
        return parsed;
    }

    private void system(JsonObject body) {
        for (JsonObject block : Json.objects(body, "system")) {
            if (!"text".equals(block.getString("type"))
                    || block.getString("text", "").isEmpty()) {
                throw bad("system: text content blocks must be non-empty");
            }
        }
    }

    private void tools(MockRequest parsed, JsonObject body) {
        for (JsonObject tool : Json.objects(body, "tools")) {
            String name = tool.getString("name", "");
            if (tool.containsKey("function") || !name.matches("[a-zA-Z0-9_-]{1,128}")) {
                throw bad("tools.0.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
            }
            if (tool.getString("type", "custom").equals("custom")) {
                if (!"object".equals(Json.in(tool, "input_schema").getString("type"))) {
                    throw bad("tools.0.custom.input_schema.type: Input should be 'object'");
                }
                JsonObject schema = Json.in(tool, "input_schema");
                refuse(ReportedRefusals.unionAtTheTop(schema, "tools.0.custom"));
                if (Boolean.TRUE.equals(tool.getValue("strict"))) {
                    refuse(ReportedRefusals.anthropicSchema(schema, "tools.0.custom.input_schema"));
                }
                parsed.tools.add(name);
            }
        }
        if (ReportedRefusals.twice(parsed.tools) != null) {
            throw bad("tools: Tool names must be unique.");
        }
        JsonObject format = Json.in(Json.in(body, "output_config"), "format");
        refuse(ReportedRefusals.anthropicSchema(Json.in(format, "schema"), "output_config.format.schema"));
        JsonObject choice = Json.in(body, "tool_choice");
        String type = choice.getString("type", "auto");
        if (body.containsKey("tool_choice") && !body.containsKey("tools")) {
            throw bad("tool_choice: may only be specified while providing tools");
        }
        parsed.toolChoice = switch (type) {
            case "auto" -> MockRequest.AUTO;
            case "none" -> MockRequest.NONE;
            case "any" -> MockRequest.REQUIRED;
            case "tool" -> choice.getString("name", "");
            default -> throw bad("tool_choice: Input tag '" + type + "' found using 'type' does not match");
        };
        if (type.equals("tool") && !parsed.tools.contains(parsed.toolChoice)) {
            throw bad("tool_choice: Tool '" + parsed.toolChoice + "' not found in provided tools");
        }
        parsed.parallel = !choice.getBoolean("disable_parallel_tool_use", false);
    }

    private void messages(MockRequest parsed, JsonObject body, String version) {
        List<JsonObject> messages = Json.objects(body, "messages");
        if (messages.isEmpty()) {
            throw bad("messages: at least one message is required");
        }
        Set<String> open = new LinkedHashSet<>();
        for (int i = 0; i < messages.size(); i++) {
            JsonObject message = messages.get(i);
            String at = "messages." + i;
            for (String name : message.fieldNames()) {
                if (!Set.of("role", "content").contains(name)) {
                    throw unknown(at + "." + name);
                }
            }
            String role = message.getString("role", "");
            List<JsonObject> blocks = blocks(message, at, i == messages.size() - 1);
            switch (role) {
                case "user" -> {
                    cited(blocks, at, version);
                    user(parsed, blocks, at, open);
                }
                case "assistant" -> assistant(parsed, blocks, at, open, version);
                case "system" -> models.systemAfterFirstMessage(body.getString("model"), i, messages, at);
                default -> throw bad(at + ".role: Input should be 'user' or 'assistant'");
            }
        }
        if (!"user".equals(messages.get(0).getString("role"))) {
            throw bad("messages: first message must use the \"user\" role");
        }
        unanswered(open);
        models.prefill(body.getString("model"), messages.get(messages.size() - 1));
    }

    private List<JsonObject> blocks(JsonObject message, String at, boolean last) {
        Object content = message.getValue("content");
        if (content instanceof String text) {
            if (text.isEmpty() && !(last && "assistant".equals(message.getString("role")))) {
                throw bad(at + ": all messages must have non-empty content except for the optional final assistant");
            }
            return List.of(Json.obj("type", "text", "text", text));
        }
        if (!(content instanceof JsonArray array) || array.isEmpty()) {
            throw bad(at + ".content: Input should be a valid non-empty list");
        }
        return Json.objects(array);
    }

    private void user(MockRequest parsed, List<JsonObject> blocks, String at, Set<String> open) {
        List<String> texts = new ArrayList<>();
        Set<String> answered = new HashSet<>();
        parsed.results.clear();
        parsed.images = 0;
        for (JsonObject block : blocks) {
            switch (block.getString("type", "")) {
                case "text" -> texts.add(text(block, at));
                case "image" -> {
                    source(block, at);
                    parsed.images++;
                }
                case "document" -> source(block, at);
                case "tool_result" -> {
                    String id = block.getString("tool_use_id", "");
                    if (!open.remove(id)) {
                        throw bad(at + ".content: unexpected `tool_use_id` found in `tool_result` blocks: " + id
                                + ". Each `tool_result` block must have a corresponding `tool_use` block in the"
                                + " previous message.");
                    }
                    if (!texts.isEmpty()) {
                        throw bad(at + ".content: `tool_result` blocks must come before text");
                    }
                    answered.add(id);
                    parsed.results.add(ChatRequestValidator.text(block.getValue("content", "")));
                }
                case "search_result" -> {}
                default -> throw bad(at + ".content: block type '" + block.getString("type") + "' not for a user");
            }
        }
        unanswered(open);
        if (answered.isEmpty() || !texts.isEmpty()) {
            parsed.lastText = String.join(" ", texts);
        }
    }

    private void cited(List<JsonObject> blocks, String at, String version) {
        boolean cited = blocks.stream()
                .filter(block -> "text".equals(block.getString("type")))
                .anyMatch(block -> !Json.objects(block, "citations").isEmpty());
        if (cited && version.equals(NEWER)) {
            throw bad(at + ".content: `citations` are not allowed on text blocks of user messages");
        }
    }

    private void unanswered(Set<String> open) {
        if (!open.isEmpty()) {
            throw bad("messages: `tool_use` ids were found without `tool_result` blocks immediately after: "
                    + String.join(", ", open)
                    + ". Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
        }
    }

    private void assistant(MockRequest parsed, List<JsonObject> blocks, String at, Set<String> open, String version) {
        parsed.results.clear();
        unanswered(open);
        for (JsonObject block : blocks) {
            switch (block.getString("type", "")) {
                case "text" -> text(block, at);
                case "thinking" -> {
                    if (!Script.SIGNATURE.equals(block.getString("signature")) || !open.isEmpty()) {
                        throw bad(at + ".content.0: Invalid `signature` in `thinking` block");
                    }
                }
                case "redacted_thinking" -> {
                    if (!AnthropicMockResponse.REDACTED.equals(block.getString("data"))) {
                        throw bad(at + ".content.0: Invalid `data` in `redacted_thinking` block");
                    }
                }
                case "tool_use" -> {
                    String id = block.getString("id", "");
                    if (!id.matches("[a-zA-Z0-9_-]+")) {
                        throw bad(at + ".content.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
                    }
                    if (!(block.getValue("input") instanceof JsonObject)) {
                        throw bad(at + ".content.tool_use.input: Input should be a valid dictionary");
                    }
                    if (!open.add(id)) {
                        throw bad("messages: `tool_use` ids must be unique");
                    }
                }
                case "document" -> {
                    if (version.equals(NEWER)) {
                        throw bad(at + ": `document` blocks are not allowed in assistant messages");
                    }
                }
                default ->
                    throw bad(at + ".content: block type '" + block.getString("type") + "' not for an assistant");
            }
        }
    }

    private String text(JsonObject block, String at) {
        if (!(block.getValue("text") instanceof String text)) {
            throw missing(at + ".content.0.text.text");
        }
        if (text.isEmpty()) {
            throw bad("messages: text content blocks must be non-empty");
        }
        if (text.isBlank()) {
            throw bad("messages: text content blocks must contain non-whitespace text");
        }
        return text;
    }

    private static void refuse(String refusal) {
        if (refusal != null) {
            throw bad(refusal);
        }
    }

    private void source(JsonObject block, String at) {
        JsonObject source = Json.in(block, "source");
        String needs = switch (source.getString("type", "")) {
            case "base64" -> "data";
            case "url" -> "url";
            case "file" -> "file_id";
            case "text" -> "data";
            case "content" -> "content";
            default -> throw bad(at + ".content.source: Input tag found using 'type' does not match");
        };
        if (!source.containsKey(needs)) {
            throw missing(at + ".content.source." + needs);
        }
        boolean picture = "image".equals(block.getString("type")) && needs.equals("data");
        if (picture && !source.getString("media_type", "").matches("image/(jpeg|png|gif|webp)")) {
            throw bad(at + ".content.source.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or"
                    + " 'image/webp'");
        }
        boolean pdf = "application/pdf".equals(source.getString("media_type"));
        if ("document".equals(block.getString("type")) && "base64".equals(source.getString("type")) && !pdf) {
            throw bad(at + ".content.document.source.base64.media_type: Input should be 'application/pdf'");
        }
    }
}
