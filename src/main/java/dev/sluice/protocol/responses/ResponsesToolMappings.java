package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ToolSchema;
import java.util.Locale;

/** Maps tools, tool choice and text format, which are flat in this format and nested in Chat Completions. */
final class ResponsesToolMappings {

    private static final String FUNCTION = "function";
    private static final String CUSTOM = "custom";

    private ResponsesToolMappings() {}

    static ObjectNode write(Tool.Function tool, DroppedParameters dropped) {
        JsonNode schema = ToolSchema.object(tool.schema(), dropped);
        return write(tool, schema == null ? tool.schema() : schema);
    }

    /** As the client sent it, for the response that repeats it. */
    static ObjectNode echo(Tool.Function tool) {
        ObjectNode written = write(tool, tool.schema() == null ? ToolSchema.none() : tool.schema());
        return tool.description() == null ? written.putNull("description") : written;
    }

    private static ObjectNode write(Tool.Function tool, JsonNode schema) {
        ObjectNode written = Json.object().put("type", FUNCTION).put("name", tool.name());
        if (tool.description() != null) {
            written.put("description", tool.description());
        }
        written.set("parameters", schema);
        // An absent "strict" means "strict if the schema allows it" here, which no other format means.
        return written.put("strict", Boolean.TRUE.equals(tool.strict()));
    }

    /**
     * The tool choice for a provider.
     *
     * @param custom whether it names a custom tool
     */
    static JsonNode write(ToolChoice choice, boolean custom) {
        if (choice.mode() != ToolChoice.Mode.NAMED) {
            return Json.object().textNode(choice.mode().name().toLowerCase(Locale.ROOT));
        }
        return Json.object().put("type", custom ? CUSTOM : FUNCTION).put("name", choice.name());
    }

    /** The tool choice for the client, with the tool's name in its namespace. */
    static JsonNode echo(ToolChoice choice, Tool.Declaration declaration) {
        if (declaration == null || choice.mode() != ToolChoice.Mode.NAMED) {
            return write(choice, false);
        }
        ObjectNode named = (ObjectNode) write(ToolChoice.named(declaration.name()), declaration.custom());
        return declaration.namespace() == null ? named : named.put("namespace", declaration.namespace());
    }

    /** A custom tool for a provider. A declaration of Chat Completions is nested. */
    static ObjectNode custom(Tool.Function tool) {
        Tool.Declaration declaration = tool.declaration();
        boolean own = declaration.protocol().equals(ResponsesProtocol.NAME);
        JsonNode declared = own ? declaration.raw() : declaration.raw().path(CUSTOM);
        ObjectNode written = Json.object().put("type", CUSTOM).put("name", tool.name());
        String description = Json.textAt(declared, "description");
        if (description != null) {
            written.put("description", description);
        }
        JsonNode format = Json.present(declared, "format");
        if (format != null) {
            JsonNode grammar = format.path("grammar");
            ObjectNode flat = written.putObject("format").put("type", Json.textAt(format, "type"));
            flat.setAll((ObjectNode) (grammar.isObject() ? grammar : format));
        }
        return written;
    }

    static ResponseFormat format(RequestValue format) {
        if (format == null) {
            return null;
        }
        RequestValue type = format.get("type");
        return switch (type.text()) {
            case "text" -> ResponseFormat.TEXT;
            case "json_object" -> ResponseFormat.JSON_OBJECT;
            case "json_schema" ->
                new ResponseFormat(
                        ResponseFormat.Kind.JSON_SCHEMA,
                        format.getText("name"),
                        format.findText("description"),
                        format.get("schema").object(),
                        format.findFlag("strict"));
            default -> throw type.invalid("text, json_object or json_schema");
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
