package dev.sluice.protocol.responses;

import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;

/** A call being written. Several may be open side by side. */
final class StreamedCallItem {

    private final ResponsesEventSequence events;
    private final ResponseEvent.ToolCallStarted began;
    private final String id;
    private final int index;
    private final byte[] about;
    private final StringBuilder arguments = new StringBuilder();
    private int said;

    StreamedCallItem(ResponsesEventSequence events, ResponsesItemEncoder items, ResponseEvent.ToolCallStarted began) {
        this.events = events;
        this.began = began;
        this.index = events.nextIndex();
        this.id = items.id("fc", index);
        this.about = ResponsesEventSequence.about(id, index, "");
        events.added(ResponsesItemEncoder.call(id, began.id(), began.name(), "", ResponsesItemEncoder.IN_PROGRESS));
    }

    /** Blanks wait for what follows: arguments that are nothing else stand for none. */
    void add(String fragment) {
        arguments.append(fragment);
        if (said > 0 ? !fragment.isEmpty() : !fragment.isBlank()) {
            String unsaid = arguments.substring(said);
            said = arguments.length();
            events.delta("response.function_call_arguments.delta", about, unsaid, "");
        }
    }

    boolean isLast() {
        return events.isLast(index);
    }

    /** @param cut whether the answer ends here without being finished */
    void close(boolean cut) {
        if (said == 0) {
            arguments.setLength(0);
            add("{}");
        }
        String whole = arguments.toString();
        events.send(
                "response.function_call_arguments.done",
                id,
                index,
                Json.object().put("name", began.name()).put("arguments", whole));
        String status = cut && events.isLast(index) ? ResponsesItemEncoder.INCOMPLETE : ResponsesItemEncoder.COMPLETED;
        events.done(index, ResponsesItemEncoder.call(id, began.id(), began.name(), whole, status));
    }
}
