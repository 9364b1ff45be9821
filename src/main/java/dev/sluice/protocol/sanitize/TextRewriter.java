package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Applies rules to the texts of a JSON tree. */
final class TextRewriter {

    /** Members whose text must not change: types, ids, media and signatures. Objects below them are rewritten. */
    private static final Set<String> PROTECTED = Set.of(
            "type",
            "id",
            "tool_call_id",
            "tool_use_id",
            "call_id",
            "item_id",
            "url",
            "image_url",
            "file_url",
            "file_id",
            "file_ids",
            "file_data",
            "data",
            "media_type",
            "mimeType",
            "mime_type",
            "fileUri",
            "file_uri",
            "thoughtSignature",
            "thought_signature",
            "finishReason",
            "signature",
            "encrypted_content",
            "format",
            "detail",
            "cache_control",
            "status",
            "model",
            "object",
            "finish_reason",
            "stop_reason",
            "vector_store_ids");

    /** Members of a response that name what the request defined. In a stream they are not rewritten either. */
    private static final Set<String> PROTECTED_IN_RESPONSES = Set.of("name", "role");

    /** The address and the credentials of a tool server, for the provider and not for the model. */
    private static final Set<String> TOOL_SERVER = Set.of("server_url", "authorization", "headers", "connector_id");

    private static final String ROLE = "role";
    /** Another role is a text of the client's own, which some models read. */
    private static final Set<String> ROLES =
            Set.of("user", "assistant", "system", "developer", "tool", "function", "model");

    /** Objects whose member names are chosen by the client: of JSON Schema, and of a stored prompt. */
    private static final Set<String> NAMED_BY_CLIENT =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentRequired", "variables");

    private final List<TextRule> rules;
    private final SanitizerFindings findings;
    private final boolean prompt;
    private boolean changed;
    private Protection protection = Protection.BY_FORMAT;

    /** Which members keep their text. */
    private enum Protection {
        BY_FORMAT,
        /** Of a document, whose fields have any name, only the id. */
        DOCUMENT_ID,
        /** Of the input of a tool and of an error, none. */
        NONE
    }

    private TextRewriter(List<TextRule> rules, SanitizerFindings findings, boolean prompt) {
        this.rules = rules;
        this.findings = findings;
        this.prompt = prompt;
    }

    static TextRewriter ofPrompt(List<TextRule> rules, SanitizerFindings findings) {
        return new TextRewriter(rules, findings, true);
    }

    static TextRewriter ofResponse(List<TextRule> rules, SanitizerFindings findings) {
        return new TextRewriter(rules, findings, false);
    }

    boolean changed() {
        return changed;
    }

    String apply(String text) {
        String clean = text;
        VisibleCharacters visible = VisibleCharacters.of(text);
        for (TextRule rule : rules) {
            String before = clean;
            if (visible != null) {
                clean = rule.applyToVisible(visible, findings);
            }
            clean = rule.apply(clean, findings);
            if (visible != null && !clean.equals(before)) {
                visible = VisibleCharacters.of(clean);
            }
        }
        changed |= !clean.equals(text);
        return clean;
    }

    /** Rewrites the text at one member, and every text below it except protected members. */
    void rewriteMember(JsonNode object, String member) {
        JsonNode value = object.get(member);
        if (value != null && object.isObject()) {
            ((ObjectNode) object).set(member, clean(value, member, false));
        }
    }

    /** As {@link #rewriteMember} for a member whose own text is a setting, such as {@code "auto"}. */
    void rewriteBelow(JsonNode object, String member) {
        JsonNode value = object.get(member);
        if (value != null) {
            clean(value, member, true);
        }
    }

    /** As {@link #rewriteMember} for a list of documents with fields of any name. */
    void rewriteDocuments(JsonNode object, String member) {
        protection = Protection.DOCUMENT_ID;
        rewriteMember(object, member);
        protection = Protection.BY_FORMAT;
    }

    /** Rewrites every text below one member, without exception. */
    void rewriteError(JsonNode object, String member) {
        protection = Protection.NONE;
        rewriteMember(object, member);
        protection = Protection.BY_FORMAT;
    }

    /** Rewrites every text of an error's body, without exception. */
    void rewriteError(JsonNode tree) {
        protection = Protection.NONE;
        clean(tree, "", false);
        protection = Protection.BY_FORMAT;
    }

    /** @param isProtected whether the value, and each element of an array, stays as it is if it is a text */
    private JsonNode clean(JsonNode value, String name, boolean isProtected) {
        if (value.isTextual()) {
            if (isProtected) {
                return value;
            }
            String text = value.textValue();
            String clean = apply(text);
            return clean.equals(text) ? value : TextNode.valueOf(clean);
        }
        if (value.isArray()) {
            ArrayNode array = (ArrayNode) value;
            for (int i = 0; i < array.size(); i++) {
                array.set(i, clean(array.get(i), name, isProtected));
            }
        } else if (value.isObject()) {
            cleanObject((ObjectNode) value, name);
        }
        return value;
    }

    private void cleanObject(ObjectNode object, String name) {
        Protection outer = protection;
        String type = object.path("type").asText();
        if (prompt && (outer == Protection.NONE || NAMED_BY_CLIENT.contains(name))) {
            renameMembers(object);
        }
        for (String member : namesOf(object)) {
            if (prompt && type.equals("mcp") && TOOL_SERVER.contains(member)) {
                continue;
            }
            boolean free = prompt ? isOfTool(name, type, member) : member.equals("error");
            protection = free ? Protection.NONE : outer;
            JsonNode value = object.get(member);
            object.set(member, clean(value, member, isProtected(member, value, type)));
        }
        protection = outer;
    }

    /** Whether the member is an input or a result of a tool, whose names are the client's. */
    private static boolean isOfTool(String name, String type, String member) {
        return type.endsWith("tool_use") && member.equals("input")
                || member.equals("args") && (name.equals("functionCall") || name.equals("function_call"))
                || member.equals("response") && (name.equals("functionResponse") || name.equals("function_response"));
    }

    private boolean isProtected(String member, JsonNode value, String type) {
        return switch (protection) {
            case NONE -> false;
            case DOCUMENT_ID -> member.equals("id");
            case BY_FORMAT ->
                // In a plain-text document, "data" is text, not base64.
                PROTECTED.contains(member) && !(member.equals("data") && type.equals("text"))
                        || (prompt
                                ? member.equals(ROLE) && ROLES.contains(value.asText())
                                : PROTECTED_IN_RESPONSES.contains(member));
        };
    }

    private void renameMembers(ObjectNode object) {
        List<String> names = namesOf(object);
        List<String> clean = names.stream().map(this::apply).toList();
        if (clean.equals(names)) {
            return;
        }
        if (clean.stream().distinct().count() < clean.size()) {
            throw Sanitizer.unreadable("two member names are the same after the rules were applied");
        }
        List<JsonNode> values = names.stream().map(object::get).toList();
        object.removeAll();
        for (int i = 0; i < values.size(); i++) {
            object.set(clean.get(i), values.get(i));
        }
    }

    private static List<String> namesOf(ObjectNode object) {
        List<String> names = new ArrayList<>(object.size());
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
