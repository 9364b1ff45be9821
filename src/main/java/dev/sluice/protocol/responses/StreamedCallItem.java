package dev.sluice.protocol.responses;

import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.model.chat.Tool.Declaration;
import dev.sluice.model.chat.Tool.Kind;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CustomInputReader;
import dev.sluice.protocol.spi.CustomTools;

/** A tool call item of a streamed response. Several may be open at a time. */
final class StreamedCallItem {

    private final ResponsesEventSequence events;
    private final ResponseEvent.ToolCallStarted start;
    private final ResponsesCallItem item;
    private final String id;
    private final int index;
    private final byte[] about;
    private final StringBuilder arguments = new StringBuilder();
    /** The reader of a custom tool's text, else null. */
    private final CustomInputReader input;

    private int sent;

    /** @param declaration of the called tool, or null for a plain function */
    StreamedCallItem(
            ResponsesEventSequence events,
            ResponsesItemEncoder items,
            ResponseEvent.ToolCallStarted start,
            Declaration declaration) {
        this.events = events;
        this.start = start;
        this.item = ResponsesCallItem.of(start.name(), declaration);
        this.index = events.nextIndex();
        this.id = items.id(item.idPrefix(), index);
        this.about = ResponsesEventSequence.deltaMembers(id, index, "");
        this.input = item.kind() == Kind.CUSTOM ? new CustomInputReader() : null;
        events.added(item.write(id, start.id(), "", ResponsesItemEncoder.IN_PROGRESS));
    }

    /** Leading white space is held back: arguments of white space only become {@code {}}. */
    void add(String fragment) {
        arguments.append(fragment);
        if (input != null) {
            sendInput(input.add(fragment));
        } else if (item.kind() == Kind.FUNCTION && (sent > 0 ? !fragment.isEmpty() : !fragment.isBlank())) {
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
        switch (item.kind()) {
            case FUNCTION -> {
                if (sent == 0) {
                    arguments.setLength(0);
                    add("{}");
                }
                events.send(
                        "response.function_call_arguments.done",
                        id,
                        index,
                        Json.object().put("name", item.name()).put("arguments", arguments.toString()));
            }
            case CUSTOM -> {
                sendInput(input.rest());
                events.send(
                        "response.custom_tool_call_input.done",
                        id,
                        index,
                        Json.object().put("input", input.text()));
            }
            // It has no events of its own.
            case SEARCH -> {}
        }
        String status =
                incomplete && events.isLast(index) ? ResponsesItemEncoder.INCOMPLETE : ResponsesItemEncoder.COMPLETED;
        String whole = input == null ? arguments.toString() : CustomTools.arguments(input.text());
        events.done(index, item.write(id, start.id(), whole, status));
    }

    private void sendInput(String piece) {
        if (!piece.isEmpty()) {
            events.delta("response.custom_tool_call_input.delta", about, piece, "");
        }
    }
}
