package dev.sluice.protocol.continuation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events of OpenAI's Responses. They are numbered, and each item and the response are repeated completely at their end.
 * So the second stream's message is rewritten as the rest of the first one's, and the indexes of its other items
 * follow. Reasoning and citations of the second model are left out.
 */
final class ForwardedResponses extends ForwardedStream {

    private static final int NOWHERE = -1;
    private static final String CREATED_AT = "created_at";

    private final StringBuilder part = new StringBuilder();
    private final Map<Integer, JsonNode> items = new TreeMap<>();
    private final Map<Integer, Integer> indexes = new HashMap<>();
    private JsonNode response;
    private long sequence;
    private int next;
    private String itemId;
    private int itemIndex;
    private boolean partOpen;
    /** Characters of the part that were written, but not observed yet. */
    private int ahead;
    /** The second stream's index of the message that continues the client's open one. */
    private int merged = NOWHERE;

    @Override
    void observe(ByteSlice data) {
        JsonNode event = Json.read(data);
        sequence = Math.max(sequence, event.path("sequence_number").asLong(-1) + 1);
        switch (event.path("type").asText()) {
            case "response.created" -> response = event.path("response");
            case "response.output_item.added" -> {
                itemId = event.path("item").path("id").asText();
                itemIndex = event.path("output_index").asInt();
                next = Math.max(next, itemIndex + 1);
                part.setLength(0);
                if (!isMessage(event) || next > 1) {
                    markNotPlain();
                }
            }
            case "response.content_part.added" -> {
                partOpen = isText(event);
                if (!partOpen) {
                    markNotPlain();
                }
            }
            case "response.output_text.delta" -> {
                String text = event.path("delta").asText();
                if (ahead > 0) {
                    ahead -= text.length();
                } else if (part.length() <= MAX_TEXT) {
                    part.append(text);
                }
                append(text);
            }
            case "response.content_part.done" -> partOpen = false;
            case "response.output_item.done" -> {
                items.put(event.path("output_index").asInt(), event.path("item"));
                itemId = null;
                markNotPlain();
            }
            case "response.output_text.done", "response.output_text.annotation.added" -> markNotPlain();
            case "response.completed", "response.incomplete" -> finish();
            default -> {}
        }
    }

    @Override
    void restart(Overlap with) {
        super.restart(with);
        indexes.clear();
        merged = NOWHERE;
    }

    @Override
    void resume(EventFramer framed, EventBytes out) {
        JsonNode event = Json.read(framed.data());
        String type = event.path("type").asText();
        int index = event.path("output_index").asInt(NOWHERE);
        switch (type) {
            case "response.created", "response.in_progress", "response.queued" -> {
                if (response == null) {
                    send(type, event, out);
                }
            }
            case "response.output_item.added" -> added(type, event, index, out);
            case "response.completed", "response.incomplete" -> end(type, event, out);
            default -> {
                if (index != NOWHERE && index == merged) {
                    message(type, event, out);
                } else if (index == NOWHERE) {
                    send(type, event, out);
                } else if (indexes.containsKey(index)) {
                    pass(type, event, index, out);
                }
            }
        }
    }

    private void added(String type, JsonNode event, int index, EventBytes out) {
        if (event.path("item").path("type").asText().equals("reasoning")) {
            return;
        }
        if (isMessage(event) && itemId != null) {
            merged = index;
            return;
        }
        if (itemId != null) {
            close("completed", out);
        }
        indexes.put(index, next);
        pass(type, event, index, out);
    }

    private void pass(String type, JsonNode event, int index, EventBytes out) {
        ObjectNode renumbered = event.deepCopy();
        send(type, renumbered.put("output_index", indexes.get(index)), out);
    }

    /** Handles an event of the message that continues the client's open one. */
    private void message(String type, JsonNode event, EventBytes out) {
        switch (type) {
            case "response.content_part.added" -> {
                if (!isText(event)) {
                    diverge();
                } else if (!partOpen) {
                    ObjectNode continued = event.deepCopy();
                    continued.put("item_id", itemId).put("output_index", itemIndex);
                    send(type, continued, out);
                }
            }
            case "response.output_text.delta" -> {
                String text = event.path("delta").asText();
                if (!text.isEmpty()) {
                    write(overlap().take(text), out);
                }
            }
            case "response.output_item.done" ->
                close(event.path("item").path("status").asText("completed"), out);
            // All other events follow from the client's own message, at its end.
            default -> {}
        }
    }

    private void end(String type, JsonNode event, EventBytes out) {
        if (itemId != null) {
            close(type.equals("response.completed") ? "completed" : "incomplete", out);
        }
        ObjectNode last = event.deepCopy();
        if (last.get("response") instanceof ObjectNode whole && response != null) {
            for (String member : new String[] {"id", "model", CREATED_AT}) {
                if (response.has(member)) {
                    whole.set(member, response.get(member));
                }
            }
            whole.set("output", Json.array().addAll(items.values()));
        }
        send(type, last, out);
    }

    private void close(String status, EventBytes out) {
        if (overlap().hasHeld()) {
            write(overlap().flush(), out);
        }
        ArrayNode content = Json.array();
        if (partOpen) {
            ObjectNode outputText = Json.object().put("type", "output_text").put("text", part.toString());
            outputText.putArray("annotations");
            outputText.putArray("logprobs");
            content.add(outputText);
            ObjectNode done = position().put("text", part.toString());
            done.putArray("logprobs");
            send("response.output_text.done", done, out);
            send("response.content_part.done", position().set("part", outputText), out);
        }
        ObjectNode item = Json.object().put("type", "message").put("id", itemId).put("role", "assistant");
        item.put("status", status).set("content", content);
        items.put(itemIndex, item);
        send(
                "response.output_item.done",
                Json.object().put("output_index", itemIndex).set("item", item),
                out);
        merged = NOWHERE;
        itemId = null;
    }

    private void write(String text, EventBytes out) {
        if (!text.isEmpty()) {
            if (part.length() + text.length() > MAX_TEXT) {
                diverge();
                return;
            }
            part.append(text);
            ahead += text.length();
            ObjectNode delta = position().put("delta", text);
            delta.putArray("logprobs");
            send("response.output_text.delta", delta, out);
        }
    }

    private ObjectNode position() {
        return Json.object()
                .put("item_id", itemId)
                .put("output_index", itemIndex)
                .put("content_index", 0);
    }

    private void send(String type, JsonNode fields, EventBytes out) {
        ObjectNode event = Json.object().put("type", type).put("sequence_number", sequence++);
        fields.properties().forEach(field -> {
            if (!field.getKey().equals("type") && !field.getKey().equals("sequence_number")) {
                event.set(field.getKey(), field.getValue());
            }
        });
        out.event(type, event);
    }

    private static boolean isMessage(JsonNode event) {
        return event.path("item").path("type").asText().equals("message");
    }

    private static boolean isText(JsonNode event) {
        return event.path("part").path("type").asText().equals("output_text")
                && event.path("content_index").asInt() == 0;
    }
}
