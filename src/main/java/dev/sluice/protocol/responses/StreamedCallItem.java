package dev.sluice.protocol.responses;

import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;

/** A function call item of a streamed response. Several may be open at a time. */
final class StreamedCallItem {

    private final ResponsesEventSequence events;
    private final ResponseEvent.ToolCallStarted start;
    private final String id;
    private final int index;
    private final byte[] about;
    private final StringBuilder arguments = new StringBuilder();
    private int sent;

    StreamedCallItem(ResponsesEventSequence events, ResponsesItemEncoder items, ResponseEvent.ToolCallStarted start) {
        this.events = events;
        this.start = start;
        this.index = events.nextIndex();
        this.id = items.id("fc", index);
        this.about = ResponsesEventSequence.deltaMembers(id, index, "");
        events.added(ResponsesItemEncoder.call(id, start.id(), start.name(), "", ResponsesItemEncoder.IN_PROGRESS));
    }

    /** Leading white space is held back: arguments of white space only become {@code {}}. */
    void add(String fragment) {
        arguments.append(fragment);
        if (sent > 0 ? !fragment.isEmpty() : !fragment.isBlank()) {
            String unsent = arguments.substring(sent);
            sent = arguments.length();
            events.delta("response.function_call_arguments.delta", about, unsent, "");
        }
    }

    boolean isLast() {
        return events.isLast(index);
    }

    /** @param incomplete whether the response ends here unfinished */
    void close(boolean incomplete) {
        if (sent == 0) {
            arguments.setLength(0);
            add("{}");
        }
        String whole = arguments.toString();
        events.send(
                "response.function_call_arguments.done",
                id,
                index,
                Json.object().put("name", start.name()).put("arguments", whole));
        String status =
                incomplete && events.isLast(index) ? ResponsesItemEncoder.INCOMPLETE : ResponsesItemEncoder.COMPLETED;
        events.done(index, ResponsesItemEncoder.call(id, start.id(), start.name(), whole, status));
    }
}
