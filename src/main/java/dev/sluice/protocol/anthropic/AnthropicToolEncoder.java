package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.model.chat.ToolChoice.Mode;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.ToolSchema;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.LinkedHashSet;
import java.util.Set;

/** Encodes the tools of a request and the tool choice. */
final class AnthropicToolEncoder {

    private final ChatRequest request;
    private final UpstreamModel model;
    private final DroppedParameters dropped;

    AnthropicToolEncoder(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        this.request = request;
        this.model = model;
        this.dropped = dropped;
    }

    /** Whether the tool choice forces the model to call a tool. */
    boolean forces() {
        ToolChoice choice = request.toolChoice();
        return choice != null
                && choice.forces()
                && !request.tools().isEmpty()
                && !model.facts().has(Trait.NO_FORCED_TOOL);
    }

    void write(ObjectNode body, RequestParameters params) {
        ArrayNode tools = Json.array();
        request.tools().forEach(tool -> tool(tool, tools));
        if (!tools.isEmpty()) {
            body.set("tools", tools);
            ObjectNode choice = choice(params.consumeBoolean(ChatParameter.PARALLEL_TOOL_CALLS));
            if (choice != null) {
                body.set("tool_choice", choice);
            }
            return;
        }
        if (request.toolChoice() != null && request.toolChoice().forces()) {
            throw AnthropicErrors.unsupported("tool_choice", "a tool that Anthropic knows, or no forced call");
        }
        stubs(body);
    }

    private void tool(Tool tool, ArrayNode tools) {
        switch (tool) {
            case Tool.Function function -> tools.add(function(function));
            case Tool.Native nativeTool -> {
                if (nativeTool.protocol().equals(AnthropicProtocol.NAME)) {
                    tools.add(nativeTool.raw());
                } else {
                    dropped.lost("tools." + nativeTool.type());
                }
            }
        }
    }

    private ObjectNode function(Tool.Function function) {
        ObjectNode written = Json.object().put("name", function.name());
        if (function.description() != null) {
            written.put("description", function.description());
        }
        JsonNode schema = ToolSchema.object(function.schema(), dropped);
        if (schema == null) {
            throw AnthropicErrors.unsupported("tools.function.parameters", "a JSON Schema of type \"object\"");
        }
        ObjectNode strict =
                Boolean.TRUE.equals(function.strict()) ? AnthropicSchema.rewrite(schema, "tools", dropped) : null;
        written.set("input_schema", strict == null ? schema : strict);
        if (strict != null) {
            written.put("strict", true);
        } else if (Boolean.TRUE.equals(function.strict())) {
            dropped.dropped("tools.function.strict");
        }
        if (function.cache() != null) {
            written.set("cache_control", function.cache());
        }
        return written;
    }

    private ObjectNode choice(Boolean parallel) {
        ToolChoice requested = request.toolChoice();
        Mode mode = requested == null ? Mode.AUTO : requested.mode();
        boolean single = Boolean.FALSE.equals(parallel) && mode != Mode.NONE;
        if (requested == null && !single) {
            return null;
        }
        ObjectNode choice = Json.object();
        if (mode == Mode.NONE) {
            choice.put("type", "none");
        } else if (!forces()) {
            choice.put("type", "auto");
            if (mode != Mode.AUTO) {
                dropped.lost("tool_choice=auto");
            }
        } else if (mode == Mode.REQUIRED) {
            choice.put("type", "any");
        } else {
            choice.put("type", "tool").put("name", requested.name());
        }
        return single ? choice.put("disable_parallel_tool_use", true) : choice;
    }

    /**
     * Anthropic requires tool declarations for a conversation with tool calls, even if no tool may be called any more.
     */
    private void stubs(ObjectNode body) {
        Set<String> names = new LinkedHashSet<>();
        for (ChatMessage message : request.messages()) {
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.ToolCall call) {
                    names.add(call.name());
                }
            }
        }
        if (names.isEmpty()) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (String name : names) {
            tools.addObject().put("name", name).putObject("input_schema").put("type", "object");
        }
        body.putObject("tool_choice").put("type", "none");
    }
}
