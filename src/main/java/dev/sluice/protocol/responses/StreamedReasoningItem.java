package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;

/** A reasoning item of a streamed response. Its readable text is one summary. */
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
        this.about = ResponsesEventSequence.deltaMembers(id, index, "\"summary_index\":0,");
        events.added(ResponsesItemEncoder.openReasoning(id));
    }

    void append(String delta) {
        if (text.isEmpty()) {
            part("response.reasoning_summary_part.added", "");
        }
        text.append(delta);
        events.delta("response.reasoning_summary_text.delta", about, delta, "");
    }

    void close(ContentPart.OpaqueReasoning opaque) {
        if (!text.isEmpty()) {
            events.send(
                    "response.reasoning_summary_text.done",
                    id,
                    index,
                    summaryIndex().put("text", text.toString()));
            part("response.reasoning_summary_part.done", text.toString());
        }
        events.done(index, ResponsesItemEncoder.reasoning(id, text.toString(), opaque));
    }

    private void part(String type, String text) {
        ObjectNode fields = summaryIndex();
        fields.set("part", ResponsesItemEncoder.summaryText(text));
        events.send(type, id, index, fields);
    }

    private static ObjectNode summaryIndex() {
        return Json.object().put("summary_index", 0);
    }
}
