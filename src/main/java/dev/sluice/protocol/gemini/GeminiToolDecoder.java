package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decodes the tools of a client's request and the tool choice. */
final class GeminiToolDecoder {

    private static final String FUNCTIONS = "functionDeclarations";

    private final List<Tool> tools = new ArrayList<>();
    private ToolChoice choice;

    /**
     * @param tools null when the client sent none
     * @param config {@code toolConfig}, or null
     */
    GeminiToolDecoder(RequestValue tools, RequestValue config) {
        if (tools != null) {
            tools.elements().forEach(this::tool);
        }
        RequestValue calling = config == null ? null : GeminiValue.find(config, "functionCallingConfig");
        if (calling != null) {
            choice(calling);
        }
    }

    List<Tool> tools() {
        return tools;
    }

    /** Null when the client chose none. */
    ToolChoice choice() {
        return choice;
    }

    private void tool(RequestValue tool) {
        for (RequestValue member : tool.members()) {
            String name = GeminiValue.camel(member.name());
            if (name.equals(FUNCTIONS)) {
                member.elements().forEach(function -> tools.add(function(function)));
            } else {
                ObjectNode raw = Json.object();
                raw.set(name, member.node());
                tools.add(new Tool.Native(GeminiProtocol.NAME, name, raw));
            }
        }
    }

    private static Tool function(RequestValue function) {
        RequestValue schema = GeminiValue.find(function, "parametersJsonSchema");
        schema = schema == null ? GeminiValue.find(function, "parameters") : schema;
        JsonNode parameters = schema == null ? null : GeminiSchemaDecoder.decode(schema.object());
        return new Tool.Function(function.get("name").text(), function.findText("description"), parameters, null, null);
    }

    private void choice(RequestValue calling) {
        Set<String> allowed = new HashSet<>();
        RequestValue names = GeminiValue.find(calling, "allowedFunctionNames");
        if (names != null) {
            names.elements().forEach(name -> allowed.add(name.text()));
        }
        String mode = calling.findText("mode");
        choice = switch (mode == null ? "MODE_UNSPECIFIED" : mode) {
            case "MODE_UNSPECIFIED" -> null;
            case "AUTO", "VALIDATED" -> ToolChoice.AUTO;
            case "ANY" ->
                allowed.size() == 1 ? ToolChoice.named(allowed.iterator().next()) : ToolChoice.REQUIRED;
            case "NONE" -> ToolChoice.NONE;
            default -> throw calling.get("mode").invalid("one of AUTO, ANY, NONE, VALIDATED");
        };
        if (allowed.size() > 1 || allowed.size() == 1 && choice == ToolChoice.AUTO) {
            // No other format can limit the choice to some of the functions.
            tools.removeIf(tool -> tool instanceof Tool.Function function && !allowed.contains(function.name()));
        }
    }
}
