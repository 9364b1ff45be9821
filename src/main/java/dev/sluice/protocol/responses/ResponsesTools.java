package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.Tool.Declaration;
import dev.sluice.model.chat.Tool.Kind;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import dev.sluice.protocol.spi.CustomTools;
import dev.sluice.protocol.spi.WebSearch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tools of one request: those of {@code tools}, and those that input items add. Tools of a namespace become
 * functions named {@code namespace__tool}, since no other format has namespaces; custom tools and the client's tool
 * search become functions as well. Different tools have different names.
 */
final class ResponsesTools {

    private static final String FUNCTION = "function";
    private static final String CUSTOM = "custom";
    private static final String NAMESPACE = "namespace";
    private static final String SEARCH = "tool_search";
    private static final String SEPARATOR = "__";

    /** A function or custom tool. */
    private record Key(String namespace, String name) {}

    /** A tool before names are given. {@code key} is null for a tool without an equivalent in other formats. */
    private record Pending(Key key, Kind kind, RequestValue tool, JsonNode raw, String about, boolean listed) {}

    private final List<Pending> pending = new ArrayList<>();
    private final Map<Key, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private List<Tool> tools = List.of();

    /** @param listed whether this is the request's {@code tools}, else the tools of an input item */
    void declare(RequestValue declared, boolean listed) {
        if (declared == null) {
            return;
        }
        for (RequestValue tool : declared.elements("an array of objects")) {
            if (tool.getText("type").equals(NAMESPACE)) {
                namespace(tool, listed);
            } else {
                add(null, tool, tool.node(), null, listed);
            }
        }
    }

    /** Gives the tools their names. Names without a namespace come first, so that they stay as they are. */
    void resolve() {
        for (Pending each : pending) {
            if (each.key != null && each.key.namespace == null) {
                nameOf(null, each.key.name);
            }
        }
        List<Tool> resolved = new ArrayList<>();
        Set<Key> added = new HashSet<>();
        for (Pending each : pending) {
            // A tool that is found twice, or is declared as well, is the same tool.
            if (each.key == null) {
                resolved.add(new Tool.Native(ResponsesProtocol.NAME, each.tool.getText("type"), each.tool.node()));
            } else if (added.add(each.key) || each.listed && each.key.namespace == null) {
                resolved.add(function(each));
            }
        }
        tools = resolved;
    }

    List<Tool> tools() {
        return tools;
    }

    /** The name of the client's tool search. */
    String searchName() {
        return nameOf(null, SEARCH);
    }

    /** The names of declared tools, for a result of the tool search. */
    List<String> namesOf(JsonNode found) {
        List<String> list = new ArrayList<>();
        for (JsonNode tool : found == null ? Json.array() : found) {
            String name = Json.textAt(tool, "name");
            if (NAMESPACE.equals(Json.textAt(tool, "type"))) {
                for (JsonNode member : tool.path("tools")) {
                    if (Json.textAt(member, "name") != null) {
                        list.add(calledName(name, Json.textAt(member, "name")));
                    }
                }
            } else if (name != null) {
                list.add(calledName(null, name));
            }
        }
        return list;
    }

    /** The tool choice. Of {@code allowed_tools} only those tools are kept. */
    ToolChoice choice(RequestValue choice) {
        if (choice == null) {
            return null;
        }
        if (choice.isText()) {
            return mode(choice);
        }
        if (!choice.node().isObject()) {
            throw choice.wrongType("a string or an object");
        }
        String type = choice.getText("type");
        return switch (type) {
            case FUNCTION, CUSTOM -> ToolChoice.named(calledName(choice.findText(NAMESPACE), choice.getText("name")));
            case "allowed_tools" -> allowed(choice);
            case "web_search", "web_search_preview", "web_search_2025_08_26", "web_search_preview_2025_03_11" ->
                ToolChoice.named(WebSearch.NAME);
            default -> throw choice.unsupported("of type " + type + " cannot be translated for this provider");
        };
    }

    /**
     * The name of a tool that a call or a choice names. The namespace may be left out when only one tool has the name.
     *
     * @param namespace or null
     */
    String calledName(String namespace, String name) {
        String known = names.get(new Key(namespace, name));
        if (known != null || namespace != null) {
            return known != null ? known : nameOf(namespace, name);
        }
        List<Key> found =
                names.keySet().stream().filter(key -> key.name.equals(name)).toList();
        return found.size() == 1 ? names.get(found.getFirst()) : name;
    }

    private ToolChoice allowed(RequestValue choice) {
        RequestValue list = choice.get("tools");
        Set<String> allowedNames = new LinkedHashSet<>();
        Set<String> allowedTypes = new HashSet<>();
        Set<String> namespaces = new HashSet<>();
        for (RequestValue tool : list.elements("an array of objects")) {
            String type = tool.getText("type");
            switch (type) {
                case FUNCTION, CUSTOM -> allowedNames.add(calledName(tool.findText(NAMESPACE), tool.getText("name")));
                case NAMESPACE -> namespaces.add(tool.getText("name"));
                case SEARCH -> allowedNames.add(searchName());
                default -> allowedTypes.add(type);
            }
        }
        List<Tool> kept = new ArrayList<>(tools);
        kept.removeIf(tool -> switch (tool) {
            case Tool.Native nativeTool -> !allowedTypes.contains(nativeTool.type());
            case Tool.Function function ->
                !allowedNames.contains(function.name())
                        && (function.declaration() == null
                                || !namespaces.contains(function.declaration().namespace()));
        });
        if (kept.isEmpty()) {
            throw list.invalid("tools of this request");
        }
        tools = kept;
        RequestValue mode = choice.find("mode");
        return mode == null ? ToolChoice.AUTO : mode(mode);
    }

    /** The name of a tool in other formats. */
    private String nameOf(String namespace, String name) {
        Key key = new Key(namespace, name);
        String known = names.get(key);
        if (known != null) {
            return known;
        }
        String plain = namespace == null ? name : namespace + SEPARATOR + name;
        String free = plain;
        for (int number = 2; !taken.add(free); number++) {
            free = plain + "_" + number;
        }
        names.put(key, free);
        return free;
    }

    private static ToolChoice mode(RequestValue mode) {
        return switch (mode.text()) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required" -> ToolChoice.REQUIRED;
            default -> throw mode.invalid("auto, none, required or an object");
        };
    }

    private void namespace(RequestValue namespace, boolean listed) {
        String name = namespace.getText("name");
        String about = namespace.findText("description");
        for (RequestValue tool : namespace.get("tools").elements("an array of objects")) {
            add(name, tool, namespace.node(), about, listed);
            // The first tool carries what is said about the namespace: repeated in each, it would cost too much.
            about = null;
        }
    }

    private void add(String namespace, RequestValue tool, JsonNode raw, String about, boolean listed) {
        Kind kind = switch (tool.getText("type")) {
            case FUNCTION -> Kind.FUNCTION;
            case CUSTOM -> Kind.CUSTOM;
            case SEARCH -> "client".equals(Json.textAt(tool.node(), "execution")) ? Kind.SEARCH : null;
            default -> null;
        };
        String name = kind == null ? null : kind == Kind.SEARCH ? SEARCH : tool.getText("name");
        Key key = name == null ? null : new Key(namespace, name);
        pending.add(new Pending(key, kind, tool, raw, about, listed));
    }

    private Tool function(Pending each) {
        String name = nameOf(each.key.namespace, each.key.name);
        Declaration declaration = each.kind == Kind.FUNCTION && each.key.namespace == null && each.listed
                ? null
                : new Declaration(
                        each.kind, each.key.namespace, each.key.name, ResponsesProtocol.NAME, each.raw, each.listed);
        String description = each.tool.findText("description");
        if (each.about != null && !each.about.isBlank()) {
            description = (description == null ? "" : description + "\n\n") + "About all tools of " + each.key.namespace
                    + ": " + each.about;
        }
        if (each.kind == Kind.CUSTOM) {
            return CustomTools.function(name, description, Json.present(each.tool.node(), "format"), null, declaration);
        }
        RequestValue parameters = each.tool.find("parameters");
        return new Tool.Function(
                name,
                description,
                parameters == null ? null : parameters.object(),
                each.tool.findFlag("strict"),
                null,
                declaration);
    }
}
