package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;

/**
 * Validates the fields of the nested objects of a Messages request; unknown fields are rejected, as at the top level.
 */
final class AnthropicFieldValidator {

    private static final Map<String, Set<String>> BLOCKS = Map.of(
            "text", Set.of("type", "text", "citations", "cache_control"),
            "image", Set.of("type", "source", "cache_control"),
            "document", Set.of("type", "source", "title", "context", "citations", "cache_control"),
            "search_result", Set.of("type", "source", "title", "content", "citations", "cache_control"),
            "thinking", Set.of("type", "thinking", "signature"),
            "redacted_thinking", Set.of("type", "data"),
            "tool_use", Set.of("type", "id", "name", "input", "caller", "cache_control"),
            "tool_result", Set.of("type", "tool_use_id", "content", "is_error", "cache_control"));

    private static final Set<String> TOOL = Set.of(
            "type",
            "name",
            "description",
            "input_schema",
            "strict",
            "cache_control",
            "eager_input_streaming",
            "defer_loading",
            "allowed_callers",
            "input_examples");

    private static final Map<String, Set<String>> OBJECTS = Map.of(
            "thinking", Set.of("type", "budget_tokens", "display"),
            "metadata", Set.of("user_id"),
            "tool_choice", Set.of("type", "name", "disable_parallel_tool_use"),
            "output_config", Set.of("effort", "format", "task_budget"));

    private final BodySchema.FieldErrors errors;

    AnthropicFieldValidator(BodySchema.FieldErrors errors) {
        this.errors = errors;
    }

    void check(JsonObject body) {
        OBJECTS.forEach((name, fields) -> only(Json.in(body, name), fields, name));
        only(Json.in(Json.in(body, "output_config"), "format"), Set.of("type", "schema"), "output_config.format");
        for (JsonObject tool : Json.objects(body, "tools")) {
            if (tool.getString("type", "custom").equals("custom")) {
                only(tool, TOOL, "tools.0.custom");
            }
        }
        blocks(body.getValue("system"), "system");
        for (JsonObject message : Json.objects(body, "messages")) {
            blocks(message.getValue("content"), "messages.content");
        }
    }

    private void blocks(Object content, String at) {
        if (!(content instanceof JsonArray array)) {
            return;
        }
        for (JsonObject block : Json.objects(array)) {
            String type = block.getString("type", "");
            if (BLOCKS.containsKey(type)) {
                only(block, BLOCKS.get(type), at + "." + type);
            }
            if (type.equals("tool_result")) {
                results(block);
            }
        }
    }

    private void results(JsonObject block) {
        for (JsonObject inner : Json.objects(block, "content")) {
            String type = inner.getString("type", "");
            if (!Set.of("text", "image", "document", "search_result").contains(type)) {
                throw AnthropicRequestValidator.bad("messages.content.tool_result.content: Input tag '" + type
                        + "' found using 'type' does not match any of the expected tags");
            }
        }
        blocks(block.getValue("content"), "messages.content.tool_result.content");
    }

    private void only(JsonObject object, Set<String> known, String at) {
        for (String name : object.fieldNames()) {
            if (!known.contains(name)) {
                throw errors.unknown(at + "." + name);
            }
        }
    }
}
