package dev.sluice.protocol.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A value in a client's request and its path, which error messages name: {@code messages[2].content[0].image_url.url}.
 *
 * @param node never null
 */
public record RequestValue(String path, JsonNode node) {

    /** The member, or null when it is absent or null. This value must be an object. */
    public RequestValue find(String member) {
        JsonNode value = object().get(member);
        return value == null || value.isNull() ? null : new RequestValue(name(member), value);
    }

    /** The member, which is required. */
    public RequestValue get(String member) {
        RequestValue found = find(member);
        if (found == null) {
            String missing = name(member);
            throw refuse("Missing required parameter: '" + missing + "'.", missing, "missing_required_parameter");
        }
        return found;
    }

    /** The string at a member, or null when it is absent or null. */
    public String findText(String member) {
        RequestValue found = find(member);
        return found == null ? null : found.text();
    }

    public Boolean findFlag(String member) {
        RequestValue found = find(member);
        return found == null ? null : found.flag();
    }

    public String text() {
        if (!node.isTextual()) {
            throw wrongType("a string");
        }
        return node.textValue();
    }

    public boolean flag() {
        if (!node.isBoolean()) {
            throw wrongType("a boolean");
        }
        return node.booleanValue();
    }

    public JsonNode object() {
        if (!node.isObject()) {
            throw wrongType("an object");
        }
        return node;
    }

    public List<RequestValue> elements() {
        if (!node.isArray()) {
            throw wrongType("an array");
        }
        List<RequestValue> elements = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            elements.add(new RequestValue(path + "[" + i + "]", node.get(i)));
        }
        return elements;
    }

    /** The members that are not null, in the order of the request. */
    public List<RequestValue> members() {
        List<RequestValue> members = new ArrayList<>();
        Iterator<Map.Entry<String, JsonNode>> fields = object().fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (!field.getValue().isNull()) {
                members.add(new RequestValue(name(field.getKey()), field.getValue()));
            }
        }
        return members;
    }

    /** The error for a value of the wrong type. */
    public GatewayException wrongType(String expected) {
        return refuse(
                "Invalid type for '" + path + "': expected " + expected + ", but got " + type() + " instead.",
                path,
                "invalid_type");
    }

    /** The error for an invalid value. The value is not quoted: it may be long or private. */
    public GatewayException invalid(String expected) {
        return refuse("Invalid value for '" + path + "': expected " + expected + ".", path, "invalid_value");
    }

    private String name(String member) {
        return path.isEmpty() ? member : path + "." + member;
    }

    private String type() {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "an array";
            case STRING, BINARY -> "a string";
            case BOOLEAN -> "a boolean";
            case NULL, MISSING -> "null";
            case NUMBER -> "a number";
        };
    }

    private static GatewayException refuse(String message, String param, String code) {
        return new GatewayException(GatewayError.invalid(message, param, code));
    }
}
