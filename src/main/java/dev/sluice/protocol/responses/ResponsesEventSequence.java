package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the events of one streamed response with consecutive sequence numbers, and collects the finished items for the
 * last event.
 */
final class ResponsesEventSequence {

    private static final byte[] NAME = bytes("event: ");
    private static final byte[] BEFORE_TYPE = bytes("\ndata: {\"type\":\"");
    private static final byte[] BEFORE_NUMBER = bytes("\",\"sequence_number\":");
    private static final byte[] END = bytes("}\n\n");

    private final List<JsonNode> output = new ArrayList<>();
    private EventBytes out;
    private int sequence;

    void to(EventBytes out) {
        this.out = out;
    }

    /** @param fields the members after type and sequence number */
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

    /**
     * A delta event of an item. The deltas of one item differ only in their number and text.
     *
     * @param about from {@link #deltaMembers}
     * @param after the members after the delta, with a leading comma; may be empty
     */
    void delta(String type, byte[] about, String text, String after) {
        out.raw(NAME);
        out.ascii(type);
        out.raw(BEFORE_TYPE);
        out.ascii(type);
        out.raw(BEFORE_NUMBER);
        out.number(sequence++);
        out.raw(about);
        out.quoted(text);
        out.raw(after);
        out.raw(END);
    }

    /**
     * The members that all deltas of an item share.
     *
     * @param more further members, with a trailing comma; may be empty
     */
    static byte[] deltaMembers(String itemId, int outputIndex, String more) {
        return bytes(",\"item_id\":" + JsonText.quote(itemId) + ",\"output_index\":" + outputIndex + "," + more
                + "\"delta\":");
    }

    /** The output index of the next item. */
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
