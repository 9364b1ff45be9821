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

    /** Types of tools that the client runs. They name no model, and are often long. */
    private static final Set<String> CLIENT_TOOLS = Set.of("\"function\"", "\"custom\"");

    private ToolModels() {}

    /** The names, sorted; empty when there are none. */
    public static Set<String> of(ClientRequest request) {
        Member tools = request.member("tools");
        byte[] bytes = request.body().array();
        if (tools == null || request.relay() != null || bytes[tools.valueStart()] != '[') {
            return Set.of();
        }
        Set<String> models = Set.of();
        JsonScanner json = new JsonScanner().reset(bytes, tools.valueStart(), tools.valueEnd());
        json.enter();
        while (json.more()) {
            boolean object = json.peek() == '{';
            int start = json.position();
            boolean ofProvider = object && isProviderTool(json, bytes);
            if (!object) {
                json.skip();
            }
            if (ofProvider) {
                models = models.isEmpty() ? new TreeSet<>() : models;
                collect(JsonTree.read(new ByteSlice(bytes, start, json.position() - start)), models);
            }
        }
        return models;
    }

    private static boolean isProviderTool(JsonScanner json, byte[] bytes) {
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
