package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Tool.Declaration;
import dev.sluice.model.chat.Tool.Kind;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CustomTools;

/**
 * The output item of a tool call: a function call, a custom tool call or the client's tool search, as the client
 * declared the tool.
 *
 * @param namespace or null
 */
record ResponsesCallItem(Kind kind, String namespace, String name) {

    /** @param declaration of the called tool, or null for a plain function */
    static ResponsesCallItem of(String called, Declaration declaration) {
        return declaration == null
                ? new ResponsesCallItem(Kind.FUNCTION, null, called)
                : new ResponsesCallItem(declaration.kind(), declaration.namespace(), declaration.name());
    }

    /** OpenAI identifies the item type by it. */
    String idPrefix() {
        return switch (kind) {
            case FUNCTION -> "fc";
            case CUSTOM -> "ctc";
            case SEARCH -> "tsc";
        };
    }

    /** @param arguments of the function, for every kind of tool; empty while the item is in progress */
    ObjectNode write(String id, String callId, String arguments, String status) {
        return switch (kind) {
            case FUNCTION ->
                item("function_call", id, callId).put("arguments", arguments).put("status", status);
            case CUSTOM ->
                item("custom_tool_call", id, callId)
                        .put("input", arguments.isEmpty() ? "" : CustomTools.input(arguments))
                        .put("status", status);
            case SEARCH -> {
                JsonNode tree = arguments.isBlank() ? Json.object() : Json.readOrNull(arguments);
                ObjectNode item = Json.object()
                        .put("type", "tool_search_call")
                        .put("id", id)
                        .put("call_id", callId)
                        .put("execution", "client");
                // Codex requires an object here.
                item.set("arguments", tree != null && tree.isObject() ? tree : Json.object());
                yield item.put("status", status);
            }
        };
    }

    private ObjectNode item(String type, String id, String callId) {
        ObjectNode item = Json.object().put("type", type).put("id", id).put("call_id", callId);
        if (namespace != null) {
            item.put("namespace", namespace);
        }
        return item.put("name", name);
    }
}
