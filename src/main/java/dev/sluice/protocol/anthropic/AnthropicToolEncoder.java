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
import dev.sluice.protocol.spi.WebSearch;
import java.util.LinkedHashSet;
import java.util.Set;

/** Encodes the tools of a request and the tool choice. */
final class AnthropicToolEncoder {

    private static final String SEARCH = WebSearch.NAME;

    /** The version that every model with search takes. Source: Anthropic's API description, read 2026-11. */
    private static final String SEARCH_TYPE = "web_search_20250305";

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
        WebSearch options = WebSearch.ofOptions(params, dropped);
        if (options != null) {
            search(options, tools);
        }
        if (WebSearch.isForced(request) && !hasSearch(tools)) {
            throw AnthropicErrors.unsupported("tool_choice", "a tool that Anthropic knows, or no forced call");
        }
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
                    return;
                }
                WebSearch search = WebSearch.of(nativeTool, dropped);
                if (search == null) {
                    dropped.tool(nativeTool);
                } else {
                    search(search, tools);
                }
            }
        }
    }

    /** Of two searches the first counts, and a client's function of that name more than both: names are unique. */
    private void search(WebSearch search, ArrayNode tools) {
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Function function && function.name().equals(SEARCH)) {
                dropped.lost("tools." + SEARCH);
                return;
            }
        }
        if (hasSearch(tools)) {
            dropped.dropped("tools." + SEARCH);
            return;
        }
        ObjectNode written = tools.addObject().put("type", SEARCH_TYPE).put("name", SEARCH);
        JsonNode uses = search.setting("max_uses");
        if (uses != null) {
            written.set("max_uses", uses);
        }
        // One of the two lists is accepted, not both.
        ArrayNode allowed = search.allowedDomains();
        ArrayNode blocked = allowed == null ? search.blockedDomains() : null;
        if (allowed != null) {
            written.set("allowed_domains", allowed);
        } else if (blocked != null) {
            written.set("blocked_domains", blocked);
        }
        ObjectNode location = search.location();
        if (location != null) {
            written.putObject("user_location").put("type", "approximate").setAll(location);
        }
        search.dropRest();
    }

    private static boolean hasSearch(ArrayNode tools) {
        for (JsonNode tool : tools) {
            if (SEARCH.equals(Json.textAt(tool, "name"))) {
                return true;
            }
        }
        return false;
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
