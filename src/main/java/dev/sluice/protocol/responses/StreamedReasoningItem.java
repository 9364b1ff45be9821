package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;

/** A reasoning item being written: what can be read of it is one summary. */
final class StreamedReasoningItem {

    private final ResponsesEventSequence events;
    private final String id;
    private final int index;
    private final byte[] about;
    private final StringBuilder text = new StringBuilder();

    StreamedReasoningItem(ResponsesEventSequence events, ResponsesItemEncoder items) {
        this.events = events;
        this.index = events.nextIndex();
        this.id = items.id("rs", index);
        this.about = ResponsesEventSequence.about(id, index, "\"summary_index\":0,");
        events.added(ResponsesItemEncoder.reasoning(id, "", null));
    }

    void think(String delta) {
        if (text.isEmpty()) {
            part("response.reasoning_summary_part.added", "");
        }
        text.append(delta);
        events.delta("response.reasoning_summary_text.delta", about, delta, "");
    }

    void close(ContentPart.OpaqueReasoning opaque) {
        if (!text.isEmpty()) {
            events.send("response.reasoning_summary_text.done", id, index, place().put("text", text.toString()));
            part("response.reasoning_summary_part.done", text.toString());
        }
        events.done(index, ResponsesItemEncoder.reasoning(id, text.toString(), opaque));
    }

    private void part(String type, String said) {
        ObjectNode fields = place();
        fields.set("part", ResponsesItemEncoder.summaryText(said));
        events.send(type, id, index, fields);
    }

    private static ObjectNode place() {
        return Json.object().put("summary_index", 0);
    }
}
