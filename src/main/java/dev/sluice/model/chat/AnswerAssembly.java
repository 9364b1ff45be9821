package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts a streamed answer together again. Not thread-safe. */
public final class AnswerAssembly {

    private enum Open {
        NOTHING,
        TEXT,
        REFUSAL,
        THOUGHT
    }

    private static final class Call {
        private final int place;
        private final AnswerEvent.CallBegan began;
        private final StringBuilder arguments = new StringBuilder();

        private Call(int place, AnswerEvent.CallBegan began) {
            this.place = place;
            this.began = began;
        }
    }

    private final List<Part> parts = new ArrayList<>();
    private final Map<Integer, Call> calls = new HashMap<>();
    private final List<JsonNode> logprobs = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final List<Citation> citations = new ArrayList<>();
    private Open open = Open.NOTHING;
    private AnswerEvent.Began began = new AnswerEvent.Began(null, null, 0);
    private AnswerEvent.Finished finished;
    private Usage usage = Usage.UNKNOWN;

    public void add(AnswerEvent event) {
        switch (event) {
            case AnswerEvent.Began first -> began = first;
            case AnswerEvent.TextDelta delta -> {
                open(Open.TEXT);
                text.append(delta.text());
                logprobs.addAll(delta.logprobs());
            }
            case AnswerEvent.Cited cited -> {
                open(Open.TEXT);
                citations.add(cited.citation());
            }
            case AnswerEvent.RefusalDelta delta -> {
                open(Open.REFUSAL);
                text.append(delta.text());
            }
            case AnswerEvent.ThoughtDelta delta -> {
                open(Open.THOUGHT);
                text.append(delta.text());
            }
            case AnswerEvent.ThoughtSealed sealed -> {
                open(Open.THOUGHT);
                close(sealed.seal());
            }
            case AnswerEvent.PartEnded ended -> close(null);
            case AnswerEvent.CallBegan call -> {
                close(null);
                calls.put(call.call(), new Call(parts.size(), call));
                parts.add(null);
            }
            case AnswerEvent.CallDelta delta ->
                calls.get(delta.call()).arguments.append(delta.fragment());
            case AnswerEvent.CallEnded ended -> {}
            case AnswerEvent.NativePart part -> {
                close(null);
                parts.add(part.part());
            }
            case AnswerEvent.UsageSeen seen -> usage = seen.usage();
            case AnswerEvent.Finished end -> {
                close(null);
                finished = end;
            }
        }
    }

    /** What has come so far; {@link Finish#STOP} while nobody said why it ended. */
    public ChatAnswer answer() {
        close(null);
        for (Call call : calls.values()) {
            String arguments = call.arguments.toString();
            parts.set(
                    call.place,
                    new Part.ToolCall(
                            call.began.id(),
                            call.began.name(),
                            arguments.isBlank() ? "{}" : arguments,
                            call.began.signature(),
                            null));
        }
        return new ChatAnswer(
                began.id(),
                began.model(),
                began.created(),
                List.copyOf(parts),
                finished == null ? Finish.STOP : finished.finish(),
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

    private void close(Part.Seal seal) {
        switch (open) {
            case NOTHING -> {}
            case TEXT -> parts.add(new Part.Text(text.toString(), List.copyOf(citations), null));
            case REFUSAL -> parts.add(new Part.Refused(text.toString()));
            case THOUGHT -> parts.add(new Part.Thought(text.toString(), seal));
        }
        open = Open.NOTHING;
        text.setLength(0);
        citations.clear();
    }
}
