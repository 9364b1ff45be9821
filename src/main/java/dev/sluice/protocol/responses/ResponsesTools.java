package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.Tool.Declaration;
import dev.sluice.model.chat.Tool.Kind;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CustomTools;
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
    private record Pending(
            Key key, Kind kind, JsonNode tool, String path, JsonNode raw, String about, boolean listed) {}

    private final List<Pending> pending = new ArrayList<>();
    private final Map<Key, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private List<Tool> tools = List.of();

    /** @param listed whether this is the request's {@code tools}, else the tools of an input item */
    void declare(JsonNode declared, String path, boolean listed) {
        if (declared == null) {
            return;
        }
        if (!declared.isArray()) {
            throw ResponsesErrors.wrongType(path, "an array of objects");
        }
        for (int i = 0; i < declared.size(); i++) {
            String at = path + "[" + i + "]";
            JsonNode tool = ResponsesErrors.object(declared.get(i), at);
            if (ResponsesErrors.text(tool, "type", at).equals(NAMESPACE)) {
                namespace(tool, at, listed);
            } else {
                add(null, tool, at, tool, null, listed);
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
                resolved.add(new Tool.Native(ResponsesProtocol.NAME, typeOf(each), each.tool));
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
    ToolChoice choice(JsonNode choice) {
        if (choice == null) {
            return null;
        }
        if (choice.isTextual()) {
            return mode(choice.textValue(), "tool_choice");
        }
        if (!choice.isObject()) {
            throw ResponsesErrors.wrongType("tool_choice", "a string or an object");
        }
        String type = ResponsesErrors.text(choice, "type", "tool_choice");
        return switch (type) {
            case FUNCTION, CUSTOM ->
                ToolChoice.named(calledName(
                        ResponsesErrors.optionalText(choice, NAMESPACE, "tool_choice"),
                        ResponsesErrors.text(choice, "name", "tool_choice")));
            case "allowed_tools" -> allowed(choice);
            default ->
                throw ResponsesErrors.unsupported(
                        "tool_choice", "of type " + type + " cannot be translated for this provider");
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

    private ToolChoice allowed(JsonNode choice) {
        JsonNode list = choice.get("tools");
        if (list == null || !list.isArray()) {
            throw ResponsesErrors.wrongType("tool_choice.tools", "an array of objects");
        }
        Set<String> allowedNames = new LinkedHashSet<>();
        Set<String> allowedTypes = new HashSet<>();
        Set<String> namespaces = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String path = "tool_choice.tools[" + i + "]";
            JsonNode tool = ResponsesErrors.object(list.get(i), path);
            String type = ResponsesErrors.text(tool, "type", path);
            switch (type) {
                case FUNCTION, CUSTOM ->
                    allowedNames.add(calledName(
                            ResponsesErrors.optionalText(tool, NAMESPACE, path),
                            ResponsesErrors.text(tool, "name", path)));
                case NAMESPACE -> namespaces.add(ResponsesErrors.text(tool, "name", path));
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
            throw ResponsesErrors.invalidValue("tool_choice.tools", "tools of this request");
        }
        tools = kept;
        String mode = ResponsesErrors.optionalText(choice, "mode", "tool_choice");
        return mode == null ? ToolChoice.AUTO : mode(mode, "tool_choice.mode");
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

    private static ToolChoice mode(String mode, String path) {
        return switch (mode) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required" -> ToolChoice.REQUIRED;
            default -> throw ResponsesErrors.invalidValue(path, "auto, none, required or an object");
        };
    }

    private void namespace(JsonNode namespace, String path, boolean listed) {
        String name = ResponsesErrors.text(namespace, "name", path);
        JsonNode members = namespace.get("tools");
        if (members == null || !members.isArray()) {
            throw ResponsesErrors.wrongType(path + ".tools", "an array of objects");
        }
        String about = ResponsesErrors.optionalText(namespace, "description", path);
        for (int i = 0; i < members.size(); i++) {
            String at = path + ".tools[" + i + "]";
            // The first tool carries what is said about the namespace: repeated in each, it would cost too much.
            add(name, ResponsesErrors.object(members.get(i), at), at, namespace, i == 0 ? about : null, listed);
        }
    }

    private void add(String namespace, JsonNode tool, String path, JsonNode raw, String about, boolean listed) {
        String type = ResponsesErrors.text(tool, "type", path);
        Kind kind = switch (type) {
            case FUNCTION -> Kind.FUNCTION;
            case CUSTOM -> Kind.CUSTOM;
            case SEARCH -> "client".equals(Json.textAt(tool, "execution")) ? Kind.SEARCH : null;
            default -> null;
        };
        String name = kind == null ? null : kind == Kind.SEARCH ? SEARCH : ResponsesErrors.text(tool, "name", path);
        Key key = name == null ? null : new Key(namespace, name);
        pending.add(new Pending(key, kind, tool, path, raw, about, listed));
    }

    private static String typeOf(Pending unknown) {
        return String.valueOf(Json.textAt(unknown.tool, "type"));
    }

    private Tool function(Pending each) {
        String name = nameOf(each.key.namespace, each.key.name);
        Declaration declaration = each.kind == Kind.FUNCTION && each.key.namespace == null && each.listed
                ? null
                : new Declaration(
                        each.kind, each.key.namespace, each.key.name, ResponsesProtocol.NAME, each.raw, each.listed);
        String description = ResponsesErrors.optionalText(each.tool, "description", each.path);
        if (each.about != null && !each.about.isBlank()) {
            description = (description == null ? "" : description + "\n\n") + "About all tools of " + each.key.namespace
                    + ": " + each.about;
        }
        if (each.kind == Kind.CUSTOM) {
            return CustomTools.function(name, description, Json.present(each.tool, "format"), null, declaration);
        }
        JsonNode parameters = Json.present(each.tool, "parameters");
        JsonNode strict = Json.present(each.tool, "strict");
        if (strict != null && !strict.isBoolean()) {
            throw ResponsesErrors.wrongType(each.path + ".strict", "a boolean");
        }
        return new Tool.Function(
                name,
                description,
                parameters == null ? null : ResponsesErrors.object(parameters, each.path + ".parameters"),
                strict == null ? null : strict.booleanValue(),
                null,
                declaration);
    }
}
