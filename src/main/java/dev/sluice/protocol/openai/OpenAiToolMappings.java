package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ToolSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads and writes tools and the tool choice. */
final class OpenAiToolMappings {

    private OpenAiToolMappings() {}

    static List<Tool> read(RequestValue tools) {
        List<Tool> read = new ArrayList<>();
        for (RequestValue tool : tools.elements()) {
            String type = tool.get("type").text();
            if (type.equals("function")) {
                read.add(function(tool.get("function"), tool.find("cache_control")));
            } else {
                read.add(new Tool.Native(ChatCompletionsProtocol.NAME, type, tool.node()));
            }
        }
        return read;
    }

    /** Reads the legacy {@code functions}. */
    static List<Tool> functions(RequestValue functions) {
        List<Tool> read = new ArrayList<>();
        for (RequestValue function : functions.elements()) {
            read.add(function(function, null));
        }
        return read;
    }

    static ToolChoice choice(RequestValue choice) {
        if (choice.node().isTextual()) {
            return mode(choice);
        }
        RequestValue type = choice.get("type");
        return switch (type.text()) {
            case "function", "custom" ->
                ToolChoice.named(choice.get(type.text()).get("name").text());
            case "allowed_tools" -> {
                RequestValue mode = choice.get("allowed_tools").find("mode");
                yield mode == null ? ToolChoice.AUTO : mode(mode);
            }
            default -> throw type.invalid("one of function, custom, allowed_tools");
        };
    }

    /** Reads the legacy {@code function_call}. */
    static ToolChoice functionCall(RequestValue choice) {
        return choice.node().isTextual()
                ? mode(choice)
                : ToolChoice.named(choice.get("name").text());
    }

    /** The tools that the choice allows. The others may not be called, so they are not sent. */
    static List<Tool> allowed(RequestValue choice, List<Tool> tools) {
        if (!choice.node().isObject() || !"allowed_tools".equals(choice.findText("type"))) {
            return tools;
        }
        Set<String> names = new HashSet<>();
        for (RequestValue tool : choice.get("allowed_tools").get("tools").elements()) {
            names.add(tool.get(tool.get("type").text()).get("name").text());
        }
        List<Tool> allowed = new ArrayList<>(tools);
        allowed.removeIf(tool -> !names.contains(name(tool)));
        return allowed;
    }

    static ObjectNode write(Tool.Function tool, boolean withCache, DroppedParameters dropped) {
        ObjectNode written = Json.object().put("type", "function");
        ObjectNode function = written.putObject("function").put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        if (tool.schema() != null) {
            JsonNode schema = ToolSchema.object(tool.schema(), dropped);
            function.set("parameters", schema == null ? tool.schema() : schema);
        }
        if (tool.strict() != null) {
            function.put("strict", tool.strict());
        }
        if (withCache && tool.cache() != null) {
            written.set("cache_control", tool.cache());
        }
        return written;
    }

    /** @param sent the tools as they were written */
    static JsonNode write(ToolChoice choice, ArrayNode sent) {
        return switch (choice.mode()) {
            case AUTO -> sent.textNode("auto");
            case NONE -> sent.textNode("none");
            case REQUIRED -> sent.textNode("required");
            case NAMED -> {
                String type = custom(choice.name(), sent) ? "custom" : "function";
                ObjectNode named = Json.object().put("type", type);
                named.putObject(type).put("name", choice.name());
                yield named;
            }
        };
    }

    private static boolean custom(String name, ArrayNode sent) {
        for (JsonNode tool : sent) {
            if (tool.path("custom").path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static Tool function(RequestValue function, RequestValue cache) {
        RequestValue schema = function.find("parameters");
        return new Tool.Function(
                function.get("name").text(),
                function.findText("description"),
                schema == null ? null : schema.object(),
                function.findFlag("strict"),
                cache == null ? null : cache.node());
    }

    private static String name(Tool tool) {
        return switch (tool) {
            case Tool.Function function -> function.name();
            case Tool.Native other ->
                other.raw().path(other.type()).path("name").asText();
        };
    }

    private static ToolChoice mode(RequestValue choice) {
        return switch (choice.text()) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            // Mistral writes "any".
            case "required", "any" -> ToolChoice.REQUIRED;
            default -> throw choice.invalid("one of none, auto, required");
        };
    }
}
