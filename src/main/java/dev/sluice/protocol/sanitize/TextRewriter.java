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

    /** Members that must not change: names, ids, media and signatures. */
    private static final Set<String> PROTECTED = Set.of(
            "type",
            "role",
            "id",
            "name",
            "tool_call_id",
            "tool_use_id",
            "call_id",
            "item_id",
            "url",
            "image_url",
            "file_url",
            "file_id",
            "file_data",
            "data",
            "media_type",
            "signature",
            "encrypted_content",
            "format",
            "detail",
            "cache_control",
            "status",
            "model",
            "object",
            "finish_reason",
            "stop_reason");

    private final List<TextRule> rules;
    private final SanitizerFindings findings;
    private boolean changed;
    /** True inside tool input, where member names are the user's own and not protected. */
    private boolean inToolInput;

    TextRewriter(List<TextRule> rules, SanitizerFindings findings) {
        this.rules = rules;
        this.findings = findings;
    }

    boolean changed() {
        return changed;
    }

    String apply(String text) {
        String clean = text;
        for (TextRule rule : rules) {
            clean = rule.apply(clean, findings);
        }
        changed |= !clean.equals(text);
        return clean;
    }

    /** Rewrites every text below one member, except protected members. */
    void rewriteMember(JsonNode object, String member) {
        JsonNode value = object.get(member);
        if (value != null && object.isObject()) {
            ((ObjectNode) object).set(member, clean(value));
        }
    }

    private JsonNode clean(JsonNode value) {
        if (value.isTextual()) {
            String text = value.textValue();
            String clean = apply(text);
            return clean.equals(text) ? value : TextNode.valueOf(clean);
        }
        if (value.isArray()) {
            ArrayNode array = (ArrayNode) value;
            for (int i = 0; i < array.size(); i++) {
                array.set(i, clean(array.get(i)));
            }
        } else if (value.isObject()) {
            boolean outer = inToolInput;
            // In a plain-text document, "data" is text, not base64.
            boolean plain = "text".equals(value.path("type").asText());
            boolean tool = "tool_use".equals(value.path("type").asText());
            List<String> names = new ArrayList<>();
            value.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                inToolInput = outer || tool && name.equals("input");
                if (inToolInput || !PROTECTED.contains(name) || plain && name.equals("data")) {
                    rewriteMember(value, name);
                }
            }
            inToolInput = outer;
        }
        return value;
    }
}
