package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.sse.EventBytes;
import java.util.List;

/** Where the pieces of text stand in the events of a stream, by the client's format. */
final class StreamTextLocator {

    private static final List<String> CHAT_TEXTS = List.of("content", "reasoning_content", "reasoning", "refusal");
    private static final List<String> BLOCK_TEXTS = List.of("text", "thinking", "partial_json");

    private final Surface surface;
    private final LookbehindBuffer lookbehind;

    StreamTextLocator(Surface surface, LookbehindBuffer lookbehind) {
        this.surface = surface;
        this.lookbehind = lookbehind;
    }

    /** What an event has of the answer. */
    enum Kind {
        /** A piece of one text or more, to be judged with what comes next. */
        PIECE,
        /** Texts as wholes, or none. */
        WHOLE
    }

    Kind kind(JsonNode event) {
        boolean piece = switch (surface) {
            case CHAT_COMPLETIONS, COMPLETIONS -> event.path("choices").isArray();
            case MESSAGES -> "content_block_delta".equals(Json.textAt(event, "type"));
            case RESPONSES ->
                String.valueOf(Json.textAt(event, "type")).endsWith(".delta")
                        && event.path("delta").isTextual();
            default -> false;
        };
        return piece ? Kind.PIECE : Kind.WHOLE;
    }

    /** Puts what may go on into the event, and what was held back before it where a text ends. True when it changed. */
    boolean piece(JsonNode event, EventBytes out) {
        ObjectNode tree = (ObjectNode) event;
        return switch (surface) {
            case MESSAGES -> blockPiece(tree);
            case RESPONSES -> text(tree, "delta", itemOf(tree) + Json.textAt(tree, "type"), tree, false);
            default -> chatPiece(tree, out);
        };
    }

    /** An event that may end a text: what is held back of it goes before. */
    void closing(JsonNode event, EventBytes out) {
        String type = String.valueOf(Json.textAt(event, "type"));
        switch (surface) {
            case MESSAGES -> {
                if (type.equals("content_block_stop")) {
                    release(event.path("index").asText() + '.', out);
                } else if (type.equals("message_delta") || type.equals("message_stop") || type.equals("error")) {
                    rest(out);
                }
            }
            case RESPONSES -> {
                if (type.endsWith(".done") && event.has("item_id")) {
                    release(itemOf(event), out);
                } else if (event.has("response") || type.equals("error") || type.endsWith(".done")) {
                    rest(out);
                }
            }
            default -> rest(out);
        }
    }

    void rest(EventBytes out) {
        release("", out);
    }

    static void write(JsonNode event, EventBytes out) {
        String type = Json.textAt(event, "type");
        if (type != null) {
            out.raw("event: " + type + "\n");
        }
        out.data(event);
    }

    private boolean blockPiece(ObjectNode event) {
        JsonNode delta = event.path("delta");
        boolean changed = false;
        for (String key : BLOCK_TEXTS) {
            if (delta.path(key).isTextual()) {
                changed |= text((ObjectNode) delta, key, event.path("index").asText() + '.' + key, event, false);
            }
        }
        return changed;
    }

    private boolean chatPiece(ObjectNode event, EventBytes out) {
        boolean changed = false;
        for (JsonNode choice : event.path("choices")) {
            String index = choice.path("index").asText() + '.';
            boolean last = choice.hasNonNull("finish_reason");
            if (last) {
                // Texts that this event says nothing of end before it; those that it goes on with end with it.
                release(index, out, choice);
            }
            if (choice.path("text").isTextual()) {
                changed |= text((ObjectNode) choice, "text", index + "text", event, last);
            }
            JsonNode delta = choice.path("delta");
            for (String key : CHAT_TEXTS) {
                if (delta.path(key).isTextual()) {
                    changed |= text((ObjectNode) delta, key, index + key + '.', event, last);
                }
            }
            JsonNode old = delta.path("function_call");
            if (old.path("arguments").isTextual()) {
                changed |= text((ObjectNode) old, "arguments", index + "function_call", event, last);
            }
            changed |= lookbehind.whole(delta, "reasoning_details");
            if (!delta.path("content").isTextual()) {
                changed |= lookbehind.whole(delta, "content");
            }
            for (JsonNode call : delta.path("tool_calls")) {
                JsonNode function = call.path("function");
                if (function.path("arguments").isTextual()) {
                    String channel = index + "call." + call.path("index").asText();
                    changed |= text((ObjectNode) function, "arguments", channel, event, last);
                }
            }
        }
        return changed;
    }

    private boolean text(ObjectNode holder, String key, String channel, ObjectNode event, boolean last) {
        String piece = holder.get(key).textValue();
        String passes = last ? lookbehind.last(channel, piece) : lookbehind.next(channel, piece, event);
        if (passes.equals(piece)) {
            return false;
        }
        holder.put(key, passes);
        return true;
    }

    /** Those texts of a choice that its last event does not go on with. */
    private void release(String index, EventBytes out, JsonNode choice) {
        JsonNode delta = choice.path("delta");
        CHAT_TEXTS.stream().filter(key -> !delta.path(key).isTextual()).forEach(key -> release(index + key + '.', out));
        if (!choice.path("text").isTextual()) {
            release(index + "text", out);
        }
        if (!delta.has("function_call")) {
            release(index + "function_call", out);
        }
        if (!delta.has("tool_calls")) {
            release(index + "call.", out);
        }
    }

    private void release(String prefix, EventBytes out) {
        lookbehind.release(prefix, (event, channel, text) -> carrier(event, channel, text, out));
    }

    /** An event like the one that brought the text's last piece, with what was held back of it. */
    private void carrier(ObjectNode event, String channel, String text, EventBytes out) {
        if (text.isEmpty()) {
            return;
        }
        ObjectNode copy = event.deepCopy();
        switch (surface) {
            case MESSAGES -> ((ObjectNode) copy.get("delta")).put(channel.substring(channel.indexOf('.') + 1), text);
            case RESPONSES -> copy.put("delta", text);
            default -> chatCarrier(copy, channel, text);
        }
        write(copy, out);
    }

    private static void chatCarrier(ObjectNode chunk, String channel, String text) {
        String[] place = channel.split("\\.");
        chunk.remove("usage");
        ObjectNode choice = Json.object();
        choice.put("index", Integer.parseInt(place[0]));
        if (place[1].equals("text")) {
            choice.put("text", text);
        } else if (place[1].equals("function_call")) {
            choice.putObject("delta").putObject("function_call").put("arguments", text);
        } else if (place[1].equals("call")) {
            ObjectNode call = choice.putObject("delta").putArray("tool_calls").addObject();
            call.put("index", Integer.parseInt(place[2])).putObject("function").put("arguments", text);
        } else {
            choice.putObject("delta").put(place[1], text);
        }
        choice.putNull("finish_reason");
        chunk.putArray("choices").add(choice);
    }

    private static String itemOf(JsonNode event) {
        return event.path("item_id").asText()
                + ' '
                + event.path("content_index").asText()
                + ' ';
    }
}
