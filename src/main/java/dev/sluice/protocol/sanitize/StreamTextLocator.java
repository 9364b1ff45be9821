package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.sse.EventBytes;
import java.util.Set;

/** Locates the text in the events of a stream, by the client's format. */
final class StreamTextLocator {

    private static final Set<String> CHAT_TEXTS = Set.of("content", "reasoning_content", "reasoning", "refusal");
    private static final Set<String> BLOCK_TEXTS = Set.of("text", "thinking", "partial_json");
    private static final Set<String> COMPLETION_TEXTS = Set.of("text");
    private static final String TRANSCRIPT = "transcript";
    private static final String TEXT = "text";
    private static final String THOUGHT = "thought";

    /** Members of a choice, of its delta and of the delta of a block that have no other text than that of pieces. */
    private static final Set<String> CHOICE_MEMBERS = Set.of("index", "delta", "finish_reason", "logprobs");

    private static final Set<String> CANDIDATE_MEMBERS = Set.of("index", "content", "finishReason", "safetyRatings");
    private static final Set<String> PART_MEMBERS = Set.of("thought", "thoughtSignature", "inlineData");

    private static final Set<String> DELTA_MEMBERS = Set.of("role", "function_call", "tool_calls", "audio");
    private static final Set<String> BLOCK_MEMBERS = Set.of("type", "signature");

    private final Surface surface;
    private final LookbehindBuffer lookbehind;

    StreamTextLocator(Surface surface, LookbehindBuffer lookbehind) {
        this.surface = surface;
        this.lookbehind = lookbehind;
    }

    /** What an event carries of the response. */
    enum Kind {
        /** Pieces of one or more texts, which later pieces can complete to a match. */
        PIECE,
        /** Complete texts, or none. */
        COMPLETE
    }

    Kind kind(JsonNode event) {
        boolean piece = switch (surface) {
            case CHAT_COMPLETIONS, COMPLETIONS -> event.path("choices").isArray();
            case MESSAGES -> "content_block_delta".equals(Json.textAt(event, "type"));
            case GENERATE -> event.path("candidates").isArray();
            case RESPONSES ->
                String.valueOf(Json.textAt(event, "type")).endsWith(".delta")
                        && event.path("delta").isTextual();
            default -> false;
        };
        return piece ? Kind.PIECE : Kind.COMPLETE;
    }

    /**
     * Replaces each piece in the event with what can be forwarded, and writes held text before it where a text ends.
     * True when the event changed.
     */
    boolean replacePieces(JsonNode event, EventBytes out) {
        ObjectNode tree = (ObjectNode) event;
        return switch (surface) {
            case MESSAGES -> replaceInBlock(tree);
            case GENERATE -> replaceInCandidates(tree, out);
            case RESPONSES -> text(tree, "delta", itemOf(tree) + partOf(tree) + Json.textAt(tree, "type"), tree, false);
            default -> replaceInChat(tree, out);
        };
    }

    /** Handles an event that may end a text: held text is written before it. */
    void releaseEndedTexts(JsonNode event, EventBytes out) {
        String type = String.valueOf(Json.textAt(event, "type"));
        switch (surface) {
            case MESSAGES -> {
                if (type.equals("content_block_stop")) {
                    release(event.path("index").asText() + '.', out);
                } else if (type.equals("message_delta") || type.equals("message_stop") || type.equals("error")) {
                    releaseAll(out);
                }
            }
            case RESPONSES -> {
                String item = itemOf(event);
                if (type.endsWith(".done") && !item.isBlank()) {
                    // Other items may be in the middle of a match.
                    release(event.has("item_id") ? item + partOf(event) : item, out);
                } else if (event.has("response") || type.equals("error") || type.endsWith(".done")) {
                    releaseAll(out);
                }
            }
            default -> releaseAll(out);
        }
    }

    void releaseAll(EventBytes out) {
        release("", out);
    }

    static void write(JsonNode event, EventBytes out) {
        String type = Json.textAt(event, "type");
        if (type != null) {
            out.raw("event: " + type + "\n");
        }
        out.data(event);
    }

    private boolean replaceInBlock(ObjectNode event) {
        JsonNode delta = event.path("delta");
        boolean changed = false;
        for (String key : BLOCK_TEXTS) {
            if (delta.path(key).isTextual()) {
                changed |= text((ObjectNode) delta, key, event.path("index").asText() + '.' + key, event, false);
            }
        }
        changed |= lookbehind.rewriteComplete(delta, BLOCK_MEMBERS, BLOCK_TEXTS);
        return changed;
    }

    private boolean replaceInChat(ObjectNode event, EventBytes out) {
        boolean changed = false;
        for (JsonNode choice : event.path("choices")) {
            String index = choice.path("index").asInt() + ".";
            boolean last = choice.hasNonNull("finish_reason");
            if (last) {
                // Texts without a piece in this event end before it; the others end with it.
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
            if (delta.path("audio").path(TRANSCRIPT).isTextual()) {
                changed |= text((ObjectNode) delta.get("audio"), TRANSCRIPT, index + "audio.", event, last);
            }
            JsonNode old = delta.path("function_call");
            if (old.path("arguments").isTextual()) {
                changed |= text((ObjectNode) old, "arguments", index + "function_call", event, last);
            }
            changed |= lookbehind.rewriteComplete(delta, DELTA_MEMBERS, CHAT_TEXTS);
            changed |= lookbehind.rewriteComplete(choice, CHOICE_MEMBERS, COMPLETION_TEXTS);
            for (JsonNode call : delta.path("tool_calls")) {
                String number = String.valueOf(call.path("index").asInt());
                JsonNode function = call.path("function");
                if (function.path("arguments").isTextual()) {
                    changed |= text((ObjectNode) function, "arguments", index + "call." + number, event, last);
                }
                JsonNode custom = call.path("custom");
                if (custom.path("input").isTextual()) {
                    changed |= text((ObjectNode) custom, "input", index + "call." + number + ".custom", event, last);
                }
            }
        }
        return changed;
    }

    private boolean replaceInCandidates(ObjectNode event, EventBytes out) {
        boolean changed = false;
        for (JsonNode candidate : event.path("candidates")) {
            String index = candidate.path("index").asInt() + ".";
            boolean last = candidate.hasNonNull("finishReason");
            boolean anyText = false;
            for (JsonNode part : candidate.path("content").path("parts")) {
                boolean thought = part.path("thought").asBoolean(false);
                if (part.path("text").isTextual()) {
                    // Thoughts end where the text begins.
                    release(index + (thought ? TEXT : THOUGHT), out);
                    changed |= text((ObjectNode) part, TEXT, index + (thought ? THOUGHT : TEXT), event, last);
                    anyText = true;
                } else {
                    release(index, out);
                }
                changed |= lookbehind.rewriteComplete(part, PART_MEMBERS, COMPLETION_TEXTS);
            }
            if (last && !anyText) {
                release(index, out);
            }
            changed |= lookbehind.rewriteComplete(candidate, CANDIDATE_MEMBERS, Set.of());
        }
        return changed;
    }

    private static void fillCandidate(ObjectNode event, String channel, String text) {
        event.remove("usageMetadata");
        int dot = channel.indexOf('.');
        ObjectNode candidate = event.putArray("candidates").addObject();
        ObjectNode content = candidate.putObject("content");
        ObjectNode part = content.putArray("parts").addObject().put(TEXT, text);
        if (channel.substring(dot + 1).equals(THOUGHT)) {
            part.put(THOUGHT, true);
        }
        content.put("role", "model");
        candidate.put("index", Integer.parseInt(channel.substring(0, dot)));
    }

    private boolean text(ObjectNode holder, String key, String channel, ObjectNode event, boolean last) {
        String piece = holder.get(key).textValue();
        String forwarded = last ? lookbehind.last(channel, piece) : lookbehind.next(channel, piece, event);
        if (forwarded.equals(piece)) {
            return false;
        }
        holder.put(key, forwarded);
        return true;
    }

    /** Releases the texts of a choice that have no piece in its last event. */
    private void release(String index, EventBytes out, JsonNode choice) {
        JsonNode delta = choice.path("delta");
        CHAT_TEXTS.stream().filter(key -> !delta.path(key).isTextual()).forEach(key -> release(index + key + '.', out));
        if (!choice.path("text").isTextual()) {
            release(index + "text", out);
        }
        if (!delta.path("audio").path(TRANSCRIPT).isTextual()) {
            release(index + "audio.", out);
        }
        if (!delta.has("function_call")) {
            release(index + "function_call", out);
        }
        if (!delta.has("tool_calls")) {
            release(index + "call.", out);
        }
    }

    private void release(String prefix, EventBytes out) {
        lookbehind.release(prefix, (event, channel, text) -> writeHeldText(event, channel, text, out));
    }

    /** Writes an event like that of the text's last piece, with the held text. */
    private void writeHeldText(ObjectNode event, String channel, String text, EventBytes out) {
        if (text.isEmpty()) {
            return;
        }
        ObjectNode copy = event.deepCopy();
        switch (surface) {
            case GENERATE -> fillCandidate(copy, channel, text);
            case MESSAGES -> ((ObjectNode) copy.get("delta")).put(channel.substring(channel.indexOf('.') + 1), text);
            case RESPONSES -> copy.put("delta", text);
            default -> fillChatChunk(copy, channel, text);
        }
        write(copy, out);
    }

    private static void fillChatChunk(ObjectNode chunk, String channel, String text) {
        String[] path = channel.split("\\.");
        chunk.remove("usage");
        ObjectNode choice = Json.object();
        choice.put("index", Integer.parseInt(path[0]));
        if (path[1].equals("text")) {
            choice.put("text", text);
        } else if (path[1].equals("audio")) {
            choice.putObject("delta").putObject("audio").put(TRANSCRIPT, text);
        } else if (path[1].equals("function_call")) {
            choice.putObject("delta").putObject("function_call").put("arguments", text);
        } else if (path[1].equals("call")) {
            ObjectNode call = choice.putObject("delta").putArray("tool_calls").addObject();
            boolean custom = path.length > 3;
            call.put("index", Integer.parseInt(path[2]))
                    .putObject(custom ? "custom" : "function")
                    .put(custom ? "input" : "arguments", text);
        } else {
            choice.putObject("delta").put(path[1], text);
        }
        choice.putNull("finish_reason");
        chunk.putArray("choices").add(choice);
    }

    /** The item of an event, or a blank text. */
    private static String itemOf(JsonNode event) {
        String id = event.path("item_id").asText();
        id = id.isEmpty() ? event.path("item").path("id").asText() : id;
        return (id.isEmpty() ? event.path("output_index").asText() : id) + ' ';
    }

    /** The part of an item that an event belongs to. */
    private static String partOf(JsonNode event) {
        return event.path("content_index").asText()
                + ' '
                + event.path("summary_index").asText()
                + ' ';
    }
}
