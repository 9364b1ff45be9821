package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.WebSearch;

/** Encodes tools and the tool choice. */
final class GeminiToolEncoder {

    private GeminiToolEncoder() {}

    static void encode(ChatRequest request, ObjectNode body, RequestParameters params, DroppedParameters dropped) {
        ArrayNode tools = Json.array();
        WebSearch search = WebSearch.ofOptions(params, dropped);
        boolean chooses = true;
        ArrayNode functions = Json.array();
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> functions.add(function(function, dropped));
                case Tool.Native nativeTool -> {
                    WebSearch found = null;
                    if (nativeTool.protocol().equals(GeminiProtocol.NAME)) {
                        tools.add(nativeTool.raw());
                    } else {
                        found = WebSearch.of(nativeTool, dropped);
                        if (found == null) {
                            dropped.tool(nativeTool);
                        }
                    }
                    search = search == null ? found : search;
                }
            }
        }
        if (search != null && !functions.isEmpty()) {
            // With functions Gemini searches only if the conversation carries its own calls, which no other format has.
            dropped.lost("tools.web_search");
        } else if (search != null) {
            tools.addObject().putObject("googleSearch");
            search.dropRest();
            if (WebSearch.isForced(request)) {
                dropped.lost("tool_choice=auto");
                chooses = false;
            }
        }
        if (!functions.isEmpty()) {
            tools.addObject().set("functionDeclarations", functions);
        }
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        if (chooses) {
            choice(request.toolChoice(), !functions.isEmpty(), body);
        }
    }

    /**
     * A JSON Schema is sent unchanged: {@code parametersJsonSchema} accepts all of it, unlike the older
     * {@code parameters}.
     */
    private static ObjectNode function(Tool.Function tool, DroppedParameters dropped) {
        ObjectNode function = Json.object().put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        if (tool.schema() != null) {
            function.set("parametersJsonSchema", tool.schema());
        }
        if (Boolean.TRUE.equals(tool.strict())) {
            dropped.dropped("tools.function.strict");
        }
        if (tool.cache() != null) {
            dropped.dropped("tools.cache_control");
        }
        return function;
    }

    private static void choice(ToolChoice choice, boolean functions, ObjectNode body) {
        if (choice == null || choice.mode() == ToolChoice.Mode.AUTO) {
            return;
        }
        boolean forced = choice.mode() != ToolChoice.Mode.NONE;
        if (!functions) {
            if (forced) {
                throw GeminiErrors.unsupported("tool_choice", "the request has no function to call");
            }
            return;
        }
        ObjectNode config = body.putObject("toolConfig").putObject("functionCallingConfig");
        config.put("mode", forced ? "ANY" : "NONE");
        if (choice.mode() == ToolChoice.Mode.NAMED) {
            config.putArray("allowedFunctionNames").add(choice.name());
        }
    }
}
