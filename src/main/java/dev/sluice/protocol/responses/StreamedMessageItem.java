package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.protocol.json.Json;
import java.util.List;

/** A message item of a streamed response. One text or refusal part is open at a time. */
final class StreamedMessageItem {

    private enum Open {
        NOTHING,
        TEXT,
        REFUSAL
    }

    private final ResponsesEventSequence events;
    private final String id;
    private final int index;
    private final ArrayNode content = Json.array();
    private final StringBuilder text = new StringBuilder();
    private ArrayNode annotations = Json.array();
    private ArrayNode logprobs = Json.array();
    private Open open = Open.NOTHING;
    private byte[] about;

    StreamedMessageItem(ResponsesEventSequence events, ResponsesItemEncoder items) {
        this.events = events;
        this.index = events.nextIndex();
        this.id = items.id("msg", index);
        events.added(ResponsesItemEncoder.message(id, ResponsesItemEncoder.IN_PROGRESS, Json.array()));
    }

    boolean inText() {
        return open == Open.TEXT;
    }

    void text(String delta, List<JsonNode> probabilities) {
        open(Open.TEXT);
        text.append(delta);
        logprobs.addAll(probabilities);
        String written = probabilities.isEmpty() ? "[]" : Json.text(ResponsesItemEncoder.logprobs(probabilities));
        events.delta("response.output_text.delta", about, delta, ",\"logprobs\":" + written);
    }

    void cite(Citation citation) {
        open(Open.TEXT);
        JsonNode annotation = ResponsesItemEncoder.annotation(citation);
        if (annotation == null) {
            return;
        }
        ObjectNode fields = contentIndex().put("annotation_index", annotations.size());
        fields.set("annotation", annotation);
        annotations.add(annotation);
        events.send("response.output_text.annotation.added", id, index, fields);
    }

    void refuse(String delta) {
        open(Open.REFUSAL);
        text.append(delta);
        events.delta("response.refusal.delta", about, delta, "");
    }

    void closePart() {
        switch (open) {
            case NOTHING -> {
                return;
            }
            case TEXT -> {
                ObjectNode fields = contentIndex().put("text", text.toString());
                fields.set("logprobs", logprobs);
                events.send("response.output_text.done", id, index, fields);
                close(ResponsesItemEncoder.text(text.toString(), annotations, logprobs));
            }
            case REFUSAL -> {
                events.send("response.refusal.done", id, index, contentIndex().put("refusal", text.toString()));
                close(ResponsesItemEncoder.refusal(text.toString()));
            }
        }
        open = Open.NOTHING;
        text.setLength(0);
        annotations = Json.array();
        logprobs = Json.array();
    }

    /** @param incomplete whether the response ends here unfinished */
    void close(boolean incomplete) {
        closePart();
        events.done(
                index,
                ResponsesItemEncoder.message(
                        id,
                        incomplete && events.isLast(index)
                                ? ResponsesItemEncoder.INCOMPLETE
                                : ResponsesItemEncoder.COMPLETED,
                        content));
    }

    private void open(Open kind) {
        if (open == kind) {
            return;
        }
        closePart();
        open = kind;
        about = ResponsesEventSequence.deltaMembers(id, index, "\"content_index\":" + content.size() + ",");
        ObjectNode fields = contentIndex();
        fields.set(
                "part",
                kind == Open.TEXT
                        ? ResponsesItemEncoder.text("", Json.array(), Json.array())
                        : ResponsesItemEncoder.refusal(""));
        events.send("response.content_part.added", id, index, fields);
    }

    private void close(ObjectNode part) {
        ObjectNode fields = contentIndex();
        fields.set("part", part);
        events.send("response.content_part.done", id, index, fields);
        content.add(part);
    }

    private ObjectNode contentIndex() {
        return Json.object().put("content_index", content.size());
    }
}
