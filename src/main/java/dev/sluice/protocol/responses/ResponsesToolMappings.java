package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Maps tools, tool choice and text format, which are flat in this format and nested in Chat Completions. */
final class ResponsesToolMappings {

    private static final String FUNCTION = "function";

    private ResponsesToolMappings() {}

    static List<Tool> tools(JsonNode tools) {
        List<Tool> list = new ArrayList<>();
        if (tools == null) {
            return list;
        }
        if (!tools.isArray()) {
            throw ResponsesErrors.wrongType("tools", "an array of objects");
        }
        for (int i = 0; i < tools.size(); i++) {
            String path = "tools[" + i + "]";
            JsonNode tool = ResponsesErrors.object(tools.get(i), path);
            String type = ResponsesErrors.text(tool, "type", path);
            list.add(
                    type.equals(FUNCTION) ? function(tool, path) : new Tool.Native(ResponsesProtocol.NAME, type, tool));
        }
        return list;
    }

    private static Tool function(JsonNode tool, String path) {
        JsonNode parameters = Json.present(tool, "parameters");
        JsonNode strict = Json.present(tool, "strict");
        if (strict != null && !strict.isBoolean()) {
            throw ResponsesErrors.wrongType(path + ".strict", "a boolean");
        }
        return new Tool.Function(
                ResponsesErrors.text(tool, "name", path),
                ResponsesErrors.optionalText(tool, "description", path),
                parameters == null ? null : ResponsesErrors.object(parameters, path + ".parameters"),
                strict == null ? null : strict.booleanValue(),
                null);
    }

    static ObjectNode write(Tool.Function tool) {
        ObjectNode written = Json.object().put("type", FUNCTION).put("name", tool.name());
        if (tool.description() != null) {
            written.put("description", tool.description());
        }
        if (tool.schema() == null) {
            written.putObject("parameters").put("type", "object").putObject("properties");
        } else {
            written.set("parameters", tool.schema());
        }
        // An absent "strict" means "strict if the schema allows it" here, which no other format means.
        return written.put("strict", Boolean.TRUE.equals(tool.strict()));
    }

    static ToolChoice choice(JsonNode choice) {
        if (choice == null) {
            return null;
        }
        if (choice.isTextual()) {
            return switch (choice.textValue()) {
                case "auto" -> ToolChoice.AUTO;
                case "none" -> ToolChoice.NONE;
                case "required" -> ToolChoice.REQUIRED;
                default -> throw ResponsesErrors.invalidValue("tool_choice", "auto, none, required or an object");
            };
        }
        if (!choice.isObject()) {
            throw ResponsesErrors.wrongType("tool_choice", "a string or an object");
        }
        String type = ResponsesErrors.text(choice, "type", "tool_choice");
        if (type.equals(FUNCTION)) {
            return ToolChoice.named(ResponsesErrors.text(choice, "name", "tool_choice"));
        }
        throw ResponsesErrors.unsupported("tool_choice", "of type " + type + " cannot be translated for this provider");
    }

    static JsonNode write(ToolChoice choice) {
        if (choice.mode() != ToolChoice.Mode.NAMED) {
            return Json.object().textNode(choice.mode().name().toLowerCase(Locale.ROOT));
        }
        return Json.object().put("type", FUNCTION).put("name", choice.name());
    }

    static ResponseFormat format(JsonNode format) {
        if (format == null) {
            return null;
        }
        String path = "text.format";
        String type = ResponsesErrors.text(ResponsesErrors.object(format, path), "type", path);
        return switch (type) {
            case "text" -> ResponseFormat.TEXT;
            case "json_object" -> ResponseFormat.JSON_OBJECT;
            case "json_schema" -> {
                JsonNode strict = Json.present(format, "strict");
                if (strict != null && !strict.isBoolean()) {
                    throw ResponsesErrors.wrongType(path + ".strict", "a boolean");
                }
                yield new ResponseFormat(
                        ResponseFormat.Kind.JSON_SCHEMA,
                        ResponsesErrors.text(format, "name", path),
                        ResponsesErrors.optionalText(format, "description", path),
                        ResponsesErrors.object(format.get("schema"), path + ".schema"),
                        strict == null ? null : strict.booleanValue());
            }
            default -> throw ResponsesErrors.invalidValue(path + ".type", "text, json_object or json_schema");
        };
    }

    static ObjectNode write(ResponseFormat format) {
        ObjectNode written = Json.object();
        switch (format.kind()) {
            case TEXT -> written.put("type", "text");
            case JSON_OBJECT -> written.put("type", "json_object");
            case JSON_SCHEMA -> {
                written.put("type", "json_schema").put("name", format.nameOrDefault());
                if (format.description() != null) {
                    written.put("description", format.description());
                }
                written.set("schema", format.schema());
                if (format.strict() != null) {
                    written.put("strict", format.strict());
                }
            }
        }
        return written;
    }
}
