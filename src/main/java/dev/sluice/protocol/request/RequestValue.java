package dev.sluice.protocol.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A value in a client's request and its path, which error messages name: {@code messages[2].content[0].image_url.url}.
 * The path is put together when it is needed.
 */
public final class RequestValue {

    private static final int NOT_AN_ELEMENT = -1;

    private final RequestValue parent;
    private final String member;
    private final int index;
    private final JsonNode node;
    private final boolean dottedIndex;

    private RequestValue(RequestValue parent, String member, int index, JsonNode node) {
        this.parent = parent;
        this.member = member;
        this.index = index;
        this.node = node;
        this.dottedIndex = parent.dottedIndex;
    }

    private RequestValue(JsonNode body, boolean dottedIndex) {
        this.parent = null;
        this.member = "";
        this.index = NOT_AN_ELEMENT;
        this.node = body;
        this.dottedIndex = dottedIndex;
    }

    /** The body of a request. */
    public static RequestValue ofBody(JsonNode body) {
        return new RequestValue(body, false);
    }

    /** The body of a request whose errors name elements as Anthropic does: {@code messages.2.content.0.source.url}. */
    public static RequestValue ofBodyWithDottedPaths(JsonNode body) {
        return new RequestValue(body, true);
    }

    /** Never null. */
    public JsonNode node() {
        return node;
    }

    /** The last part of the path of a member: its own name. */
    public String name() {
        return member;
    }

    /** Empty for the body. */
    public String path() {
        if (parent == null) {
            return member;
        }
        String before = parent.path();
        if (index == NOT_AN_ELEMENT) {
            return child(before, member);
        }
        return dottedIndex ? before + "." + index : before + "[" + index + "]";
    }

    /** The member, or null when it is absent or null. This value must be an object. */
    public RequestValue find(String member) {
        JsonNode value = object().get(member);
        return value == null || value.isNull() ? null : new RequestValue(this, member, NOT_AN_ELEMENT, value);
    }

    /** The member, which is required. */
    public RequestValue get(String member) {
        RequestValue found = find(member);
        if (found == null) {
            throw RequestErrors.missing(child(path(), member));
        }
        return found;
    }

    /** The string at a member, which is required. */
    public String getText(String member) {
        return get(member).text();
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

    public boolean isText() {
        return node.isTextual();
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
        return elements("an array");
    }

    /** @param expected describes the array, and what may be in its place */
    public List<RequestValue> elements(String expected) {
        if (!node.isArray()) {
            throw wrongType(expected);
        }
        List<RequestValue> elements = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            elements.add(new RequestValue(this, null, i, node.get(i)));
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
                members.add(new RequestValue(this, field.getKey(), NOT_AN_ELEMENT, field.getValue()));
            }
        }
        return members;
    }

    /** The error for a value of the wrong type. */
    public GatewayException wrongType(String expected) {
        return RequestErrors.wrongType(path(), expected, type());
    }

    /** The error for an invalid value. */
    public GatewayException invalid(String expected) {
        return RequestErrors.invalidValue(path(), expected);
    }

    /** The error for a value that this provider cannot serve. */
    public GatewayException unsupported(String why) {
        return RequestErrors.unsupported(path(), why);
    }

    private static String child(String path, String member) {
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
}
