package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Validates what all providers of the Chat Completions format require: message order, the parts of each role, tools and
 * tool choice. Subclasses override the differences.
 */
class ChatRequestValidator implements BodySchema.FieldErrors {

    private static final Set<String> USER_PARTS = Set.of("text", "image_url", "input_audio", "file");

    /** A 400 error about the request's content. */
    MockError bad(String param, String code, String message) {
        return new MockError(400, "invalid_request_error", code, param, message);
    }

    @Override
    public MockError unknown(String field) {
        return bad(field, "unknown_parameter", "Unknown parameter: '" + field + "'.");
    }

    @Override
    public MockError missing(String field) {
        return bad(field, "missing_required_parameter", "Missing required parameter: '" + field + "'.");
    }

    @Override
    public MockError wrong(String field, String expected, Object got) {
        return bad(field, "invalid_type", "Invalid type for '" + field + "': expected " + expected + ".");
    }

    Set<String> roles() {
        return Set.of("system", "developer", "user", "assistant", "tool");
    }

    /** The content part types that this role may have. */
    Set<String> parts(String role) {
        return switch (role) {
            case "user" -> USER_PARTS;
            case "assistant" -> Set.of("text", "refusal");
            default -> Set.of("text");
        };
    }

    /** The members that a message of this role may have; empty if unknown members are accepted. */
    Set<String> messageFields(String role) {
        return Set.of();
    }

    /** Whether {@code image_url} may be a plain string. */
    boolean bareImageUrl() {
        return false;
    }

    void checkCallId(String id) {}

    void checkEnd(JsonObject last) {}

    /** Validates the conversation and the tools and returns what the script needs. */
    final MockRequest read(JsonObject body) {
        MockRequest parsed = new MockRequest();
        List<JsonObject> messages = Json.objects(body, "messages");
        if (messages.isEmpty()) {
            throw bad("messages", "empty_array", "Invalid 'messages': empty array. Expected at least 1 message.");
        }
        List<String> open = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            message(parsed, messages.get(i), "messages[" + i + "]", open, i);
        }
        unanswered(open);
        checkEnd(messages.get(messages.size() - 1));
        tools(parsed, body);
        parsed.stream = body.getBoolean("stream", false);
        parsed.parallel = !Boolean.FALSE.equals(body.getValue("parallel_tool_calls"));
        parsed.stops = Json.strings(body.getValue("stop"));
        parsed.logprobs = Boolean.TRUE.equals(body.getValue("logprobs"));
        parsed.choices = body.getValue("n") instanceof Number n ? n.intValue() : 1;
        parsed.oneToken = one(body.getValue("max_tokens")) || one(body.getValue("max_completion_tokens"));
        parsed.schema = Json.in(body, "response_format").getString("type", "").startsWith("json");
        return parsed;
    }

    private void message(MockRequest parsed, JsonObject message, String at, List<String> open, int index) {
        String role = message.getString("role");
        if (role == null || !roles().contains(role)) {
            throw bad(at + ".role", "invalid_value", "Invalid value: '" + role + "'. Supported values are: " + roles());
        }
        Set<String> fields = messageFields(role);
        for (String name : message.fieldNames()) {
            if (!fields.isEmpty() && !fields.contains(name)) {
                throw unknown(at + "." + name);
            }
        }
        if (role.equals("tool")) {
            result(parsed, message, at, open);
            return;
        }
        unanswered(open);
        parsed.results.clear();
        content(message.getValue("content"), role, at, message.containsKey("tool_calls") || role.equals("assistant"));
        if (role.equals("user")) {
            user(parsed, message.getValue("content"));
        } else if (role.equals("assistant")) {
            called(message, at, open);
        } else if (message.containsKey("tool_calls")) {
            throw bad(at, "unknown_parameter", "Unknown parameter: '" + at + ".tool_calls' at turn " + index);
        }
    }

    private void result(MockRequest parsed, JsonObject message, String at, List<String> open) {
        String id = message.getString("tool_call_id");
        if (id == null) {
            throw missing(at + ".tool_call_id");
        }
        if (!open.remove(id)) {
            throw bad(
                    at + ".role",
                    null,
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with"
                            + " 'tool_calls'.");
        }
        content(message.getValue("content"), "tool", at, false);
        parsed.results.add(text(message.getValue("content")));
    }

    private void unanswered(List<String> open) {
        if (!open.isEmpty()) {
            throw bad(
                    "messages",
                    null,
                    "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
                            + " 'tool_call_id'. The following tool_call_ids did not have response messages: "
                            + String.join(", ", open));
        }
    }

    private void called(JsonObject message, String at, List<String> open) {
        if (message.getValue("tool_calls") instanceof JsonArray none && none.isEmpty()) {
            throw bad(at + ".tool_calls", "empty_array", "Invalid '" + at + ".tool_calls': empty array.");
        }
        for (JsonObject call : Json.objects(message, "tool_calls")) {
            JsonObject function = Json.in(call, "function");
            if (!(call.getValue("id") instanceof String id) || !"function".equals(call.getValue("type"))) {
                throw missing(at + ".tool_calls[].id or .type");
            }
            if (!(function.getValue("arguments") instanceof String) || !(function.getValue("name") instanceof String)) {
                throw wrong(at + ".tool_calls[].function", "an object of two strings", function);
            }
            checkCallId(id);
            open.add(id);
        }
        if (open.isEmpty() && message.getValue("content") == null && message.getValue("refusal") == null) {
            throw bad(at + ".content", "invalid_type", "Invalid value for 'content': expected a string, got null.");
        }
    }

    private void content(Object content, String role, String at, boolean mayBeNull) {
        if (content instanceof JsonArray parts) {
            if (parts.isEmpty()) {
                throw bad(at + ".content", "empty_array", "Invalid '" + at + ".content': empty array.");
            }
            Json.objects(parts).forEach(part -> part(part, role, at + ".content"));
        } else if (!(content instanceof String) && !(content == null && mayBeNull)) {
            throw wrong(at + ".content", "a string or an array", content);
        }
    }

    private void part(JsonObject part, String role, String at) {
        String type = part.getString("type", "");
        if (!parts(role).contains(type)) {
            throw bad(at, "invalid_value", "Invalid value: '" + type + "'. Supported values are: " + parts(role));
        }
        Object image = part.getValue("image_url");
        if (type.equals("text") && !(part.getValue("text") instanceof String)) {
            throw missing(at + ".text");
        }
        if (type.equals("image_url") && !(image instanceof String && bareImageUrl())) {
            Object url = image instanceof JsonObject object ? object.getValue("url") : null;
            if (!(url instanceof String text) || !text.matches("(?s)(https?://|data:image/[a-z]+;base64,).+")) {
                throw bad(at + ".image_url", "invalid_type", "Expected an object with a URL or a data URL.");
            }
        }
    }

    private void user(MockRequest parsed, Object content) {
        parsed.lastText = text(content);
        parsed.images = content instanceof JsonArray parts
                ? (int) Json.objects(parts).stream()
                        .filter(p -> p.containsKey("image_url"))
                        .count()
                : 0;
    }

    private void tools(MockRequest parsed, JsonObject body) {
        for (JsonObject tool : Json.objects(body, "tools")) {
            String name = Json.in(tool, "function").getString("name");
            if (!"function".equals(tool.getString("type")) || name == null) {
                throw missing("tools[].function.name");
            }
            if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
                throw bad("tools[].function.name", "invalid_value", "Expected a name of ^[a-zA-Z0-9_-]{1,64}$.");
            }
            parsed.tools.add(name);
        }
        Object choice = body.getValue("tool_choice");
        if (choice != null && parsed.tools.isEmpty() && !"none".equals(choice)) {
            throw bad("tool_choice", null, "Invalid value for 'tool_choice': only allowed when 'tools' are specified.");
        }
        if (choice instanceof String word) {
            parsed.toolChoice = choice(word);
        } else if (choice instanceof JsonObject named) {
            parsed.toolChoice = Json.in(named, "function").getString("name", "");
            if (!parsed.tools.contains(parsed.toolChoice)) {
                throw bad(
                        "tool_choice", null, "Tool choice '" + parsed.toolChoice + "' not found in 'tools' parameter.");
            }
        }
    }

    /** Maps the provider's tool choice to the constants of {@link MockRequest}. */
    String choice(String word) {
        if (!Set.of("auto", "none", "required").contains(word)) {
            throw bad("tool_choice", "invalid_value", "Invalid value: '" + word + "' of tool_choice.");
        }
        return word;
    }

    static String text(Object content) {
        return content instanceof JsonArray parts
                ? Json.objects(parts).stream()
                        .map(ChatRequestValidator::partText)
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(" "))
                : String.valueOf(content);
    }

    /** Reads the text of documents, too, as in Cohere's tool results. */
    private static String partText(JsonObject part) {
        if (part.getValue("text") instanceof String text) {
            return text;
        }
        Object inner = Json.in(part, "document").getValue("data");
        if (inner instanceof JsonObject fields && fields.size() == 1) {
            return String.valueOf(fields.getMap().values().iterator().next());
        }
        return inner == null ? "" : String.valueOf(inner);
    }

    static boolean one(Object limit) {
        return limit instanceof Number number && number.intValue() == 1;
    }
}
