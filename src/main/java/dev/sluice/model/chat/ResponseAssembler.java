package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Assembles a {@link ChatResponse} from the events of a stream. Not thread-safe. */
public final class ResponseAssembler {

    private enum Open {
        NOTHING,
        TEXT,
        REFUSAL,
        REASONING
    }

    private static final class Call {
        private final int position;
        private final ResponseEvent.ToolCallStarted start;
        private final StringBuilder arguments = new StringBuilder();

        private Call(int position, ResponseEvent.ToolCallStarted start) {
            this.position = position;
            this.start = start;
        }
    }

    private final List<ContentPart> parts = new ArrayList<>();
    private final Map<Integer, Call> calls = new HashMap<>();
    private final List<JsonNode> logprobs = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final List<Citation> citations = new ArrayList<>();
    private Open open = Open.NOTHING;
    private ResponseEvent.Started started = new ResponseEvent.Started(null, null, 0);
    private ResponseEvent.Finished finished;
    private Usage usage = Usage.UNKNOWN;

    public void add(ResponseEvent event) {
        switch (event) {
            case ResponseEvent.Started first -> started = first;
            case ResponseEvent.TextDelta delta -> {
                open(Open.TEXT);
                text.append(delta.text());
                logprobs.addAll(delta.logprobs());
            }
            case ResponseEvent.CitationAdded added -> {
                open(Open.TEXT);
                citations.add(added.citation());
            }
            case ResponseEvent.RefusalDelta delta -> {
                open(Open.REFUSAL);
                text.append(delta.text());
            }
            case ResponseEvent.ReasoningDelta delta -> {
                open(Open.REASONING);
                text.append(delta.text());
            }
            case ResponseEvent.ReasoningSigned signed -> {
                open(Open.REASONING);
                close(signed.opaque());
            }
            case ResponseEvent.PartEnded ended -> close(null);
            case ResponseEvent.ToolCallStarted call -> {
                close(null);
                calls.put(call.call(), new Call(parts.size(), call));
                parts.add(null);
            }
            case ResponseEvent.ToolCallDelta delta ->
                calls.get(delta.call()).arguments.append(delta.fragment());
            case ResponseEvent.ToolCallEnded ended -> {}
            case ResponseEvent.NativePart part -> {
                close(null);
                parts.add(part.part());
            }
            case ResponseEvent.UsageReported seen -> usage = seen.usage();
            case ResponseEvent.Finished end -> {
                close(null);
                finished = end;
            }
        }
    }

    /** The response received so far; {@link FinishReason#STOP} until a reason is reported. */
    public ChatResponse response() {
        close(null);
        for (Call call : calls.values()) {
            String arguments = call.arguments.toString();
            parts.set(
                    call.position,
                    new ContentPart.ToolCall(
                            call.start.id(),
                            call.start.name(),
                            arguments.isBlank() ? "{}" : arguments,
                            call.start.signature(),
                            null));
        }
        return new ChatResponse(
                started.id(),
                started.model(),
                started.created(),
                List.copyOf(parts),
                finished == null ? FinishReason.STOP : finished.finishReason(),
                finished == null ? null : finished.stopSequence(),
                List.copyOf(logprobs),
                usage);
    }

    private void open(Open kind) {
        if (open != kind) {
            close(null);
            open = kind;
        }
    }

    private void close(ContentPart.OpaqueReasoning opaque) {
        switch (open) {
            case NOTHING -> {}
            case TEXT -> parts.add(new ContentPart.Text(text.toString(), List.copyOf(citations), null));
            case REFUSAL -> parts.add(new ContentPart.Refusal(text.toString()));
            case REASONING -> parts.add(new ContentPart.Reasoning(text.toString(), opaque));
        }
        open = Open.NOTHING;
        text.setLength(0);
        citations.clear();
    }
}
