package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The models that the tools of a request name. A tool that the provider runs itself, such as one that makes images or
 * asks an advisor, may call another model than the request's.
 */
public final class ToolModels {

    private static final byte[] TYPE = "type".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TOOLS = "tools".getBytes(StandardCharsets.US_ASCII);

    /** Types of tools that the client runs. They name no model, and are often long. */
    private static final Set<String> CLIENT_TOOLS = Set.of("\"function\"", "\"custom\"");

    private final byte[] bytes;
    private Set<String> models = Set.of();

    private ToolModels(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The names, sorted; empty when there are none. */
    public static Set<String> of(ClientRequest request) {
        if (request.relay() != null) {
            return Set.of();
        }
        ToolModels found = new ToolModels(request.body().array());
        found.tools(request.member("tools"));
        found.input(request.member("input"));
        return found.models;
    }

    private void tools(Member tools) {
        if (isArray(tools)) {
            tools(new JsonScanner().reset(bytes, tools.valueStart(), tools.valueEnd()));
        }
    }

    /** Tools that a conversation of the Responses API adds: {@code additional_tools}, {@code tool_search_output}. */
    private void input(Member input) {
        if (!isArray(input)) {
            return;
        }
        JsonScanner json = new JsonScanner().reset(bytes, input.valueStart(), input.valueEnd());
        json.enter();
        while (json.more()) {
            if (json.peek() != '{') {
                json.skip();
                continue;
            }
            json.enter();
            while (json.more()) {
                if (json.nameIs(TOOLS) && json.peek() == '[') {
                    tools(json);
                } else {
                    json.skip();
                }
            }
        }
    }

    private boolean isArray(Member member) {
        return member != null && bytes[member.valueStart()] == '[';
    }

    /** @param json before an array of tools; after it when this returns */
    private void tools(JsonScanner json) {
        json.enter();
        while (json.more()) {
            boolean object = json.peek() == '{';
            int start = json.position();
            boolean ofProvider = object && isProviderTool(json);
            if (!object) {
                json.skip();
            }
            if (ofProvider) {
                models = models.isEmpty() ? new TreeSet<>() : models;
                collect(JsonTree.read(new ByteSlice(bytes, start, json.position() - start)), models);
            }
        }
    }

    private boolean isProviderTool(JsonScanner json) {
        boolean ofProvider = false;
        json.enter();
        while (json.more()) {
            boolean type = json.nameIs(TYPE);
            json.peek();
            int start = json.position();
            json.skip();
            ofProvider |= type && !CLIENT_TOOLS.contains(new ByteSlice(bytes, start, json.position() - start).toText());
        }
        return ofProvider;
    }

    private static void collect(Object value, Set<String> models) {
        if (value instanceof List<?> list) {
            list.forEach(each -> collect(each, models));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> {
                if (member instanceof String model && "model".equalsIgnoreCase(String.valueOf(name))) {
                    models.add(model);
                } else {
                    collect(member, models);
                }
            });
        }
    }
}
