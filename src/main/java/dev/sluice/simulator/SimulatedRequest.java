package dev.sluice.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * The parts of a client request on which the response depends.
 *
 * @param text the last user message, or the prompt
 * @param promptTokens words of all messages
 * @param maxTokens the client's cap, or {@link Integer#MAX_VALUE}
 * @param tool the tool to call, or null
 * @param json true when the response must be a JSON object
 */
record SimulatedRequest(
        String model,
        String text,
        int promptTokens,
        int maxTokens,
        boolean stream,
        boolean includeUsage,
        Tool tool,
        boolean json) {

    /** A tool to call, and its first parameter. */
    record Tool(String name, String parameter) {}

    /** Thrown for a body that the endpoint cannot read. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        final String param;

        Unreadable(String message, String param) {
            super(message, null, false, false);
            this.param = param;
        }
    }

    /** Reads a body of {@code /v1/chat/completions}. */
    static SimulatedRequest chat(Buffer body) throws Unreadable {
        JsonObject json = parse(body);
        return readChecked(json, "messages", () -> {
            Conversation conversation = Conversation.of(json.getJsonArray("messages"));
            return of(json, conversation, conversation.toolOf(json));
        });
    }

    /** Reads a body of {@code /v1/completions}: a string, or strings that are joined. */
    static SimulatedRequest legacy(Buffer body) throws Unreadable {
        JsonObject json = parse(body);
        return readChecked(json, "prompt", () -> of(json, Conversation.ofPrompt(json.getValue("prompt")), null));
    }

    private static SimulatedRequest of(JsonObject json, Conversation conversation, Tool tool) {
        JsonObject streamOptions = json.getJsonObject("stream_options", new JsonObject());
        JsonObject format = json.getJsonObject("response_format", new JsonObject());
        return new SimulatedRequest(
                json.getString("model"),
                conversation.lastUserText(),
                conversation.words(),
                json.getInteger("max_completion_tokens", json.getInteger("max_tokens", Integer.MAX_VALUE)),
                json.getBoolean("stream", false),
                streamOptions.getBoolean("include_usage", false),
                tool,
                "json_object".equals(format.getString("type")));
    }

    private interface Reading {
        SimulatedRequest read();
    }

    /**
     * Reads a body and reports members of the wrong type, for which the accessors throw a {@link ClassCastException}.
     */
    private static SimulatedRequest readChecked(JsonObject json, String prompt, Reading reading) throws Unreadable {
        if (!(json.getValue("model") instanceof String)) {
            throw new Unreadable("you must provide a model parameter", "model");
        }
        if (json.getValue(prompt) == null) {
            throw new Unreadable("Missing required parameter: '" + prompt + "'.", prompt);
        }
        try {
            return reading.read();
        } catch (ClassCastException | NullPointerException wrongType) {
            throw new Unreadable("A parameter has the wrong type.", null);
        }
    }

    private static JsonObject parse(Buffer body) throws Unreadable {
        try {
            JsonObject json = new JsonObject(body);
            // Many clients write null for an absent parameter.
            json.getMap().values().removeIf(Objects::isNull);
            return json;
        } catch (DecodeException | ClassCastException notAnObject) {
            throw new Unreadable("We could not parse the JSON body of your request.", null);
        }
    }

    /** The parts of the messages on which the response depends. */
    private record Conversation(String lastUserText, int words, boolean toolResultGiven) {

        static Conversation of(JsonArray messages) {
            String lastUserText = "";
            String lastRole = "";
            int words = 0;
            for (int i = 0; i < messages.size(); i++) {
                JsonObject message = messages.getJsonObject(i);
                String text = textOf(message.getValue("content"));
                words += WordTokens.count(text);
                lastRole = message.getString("role");
                if ("user".equals(lastRole)) {
                    lastUserText = text;
                }
            }
            return new Conversation(lastUserText, words, "tool".equals(lastRole));
        }

        static Conversation ofPrompt(Object prompt) {
            String text = textOf(prompt);
            return new Conversation(text, WordTokens.count(text), false);
        }

        /**
         * The tool to call now: a forced one, or the first if the user's text contains the word "tool"; null for none.
         */
        Tool toolOf(JsonObject json) {
            JsonArray tools = json.getJsonArray("tools", new JsonArray());
            Object choice = json.getValue("tool_choice", "auto");
            if (tools.isEmpty() || "none".equals(choice) || toolResultGiven) {
                return null;
            }
            boolean forced = !"auto".equals(choice);
            if (!forced && !WordTokens.contains(lastUserText, "tool")) {
                return null;
            }
            JsonObject function = tools.getJsonObject(0).getJsonObject("function");
            if (choice instanceof JsonObject named && named.containsKey("function")) {
                String name = named.getJsonObject("function").getString("name");
                for (int i = 0; i < tools.size(); i++) {
                    JsonObject other = tools.getJsonObject(i).getJsonObject("function");
                    function = name.equals(other.getString("name")) ? other : function;
                }
            }
            JsonObject properties = function.getJsonObject("parameters", new JsonObject())
                    .getJsonObject("properties", new JsonObject());
            String parameter = properties.fieldNames().stream().findFirst().orElse("input");
            return new Tool(function.getString("name"), parameter);
        }

        /** The text of a string, or of the text parts of an array. */
        private static String textOf(Object content) {
            if (content instanceof JsonArray parts) {
                StringJoiner text = new StringJoiner("");
                for (int i = 0; i < parts.size(); i++) {
                    Object part = parts.getValue(i);
                    text.add(part instanceof JsonObject object ? object.getString("text", "") : String.valueOf(part));
                }
                return text.toString();
            }
            return content == null ? "" : (String) content;
        }
    }
}
