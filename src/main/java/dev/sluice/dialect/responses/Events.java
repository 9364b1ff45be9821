package dev.sluice.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.dialect.EventBytes;
import dev.sluice.dialect.Json;
import java.util.ArrayList;
import java.util.List;

/** Numbers the events of one streamed answer without gaps, and keeps the finished items for the last one. */
final class Events {

    private final List<JsonNode> output = new ArrayList<>();
    private EventBytes out;
    private int sequence;

    void to(EventBytes out) {
        this.out = out;
    }

    /** @param fields what stands behind type and number */
    void send(String type, ObjectNode fields) {
        ObjectNode event = Json.object().put("type", type).put("sequence_number", sequence++);
        event.setAll(fields);
        out.event(type, event);
    }

    /** An event about an item. */
    void send(String type, String itemId, int outputIndex, ObjectNode fields) {
        ObjectNode about = Json.object().put("item_id", itemId).put("output_index", outputIndex);
        about.setAll(fields);
        send(type, about);
    }

    /** Where the next item goes. */
    int nextIndex() {
        return output.size();
    }

    void added(ObjectNode shell) {
        ObjectNode fields = Json.object().put("output_index", output.size());
        fields.set("item", shell);
        output.add(shell);
        send("response.output_item.added", fields);
    }

    void done(int outputIndex, JsonNode item) {
        ObjectNode fields = Json.object().put("output_index", outputIndex);
        fields.set("item", item);
        output.set(outputIndex, item);
        send("response.output_item.done", fields);
    }

    boolean isLast(int outputIndex) {
        return outputIndex == output.size() - 1;
    }

    ArrayNode output() {
        return Json.array().addAll(output);
    }
}
