package dev.sluice.protocol.responses;

import dev.sluice.model.Usage;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Random response events as a stream decoder could emit them, generated from a seed. */
final class RandomResponseEvents {

    private static final String[] TEXTS = {"", "a", "Grüße ", "\n", "\"quoted\" ", "𝄞", "long enough to be cut "};

    private final Random random;
    private final List<ResponseEvent> events = new ArrayList<>();
    private final Set<Integer> open = new HashSet<>();
    private int calls;

    private RandomResponseEvents(long seed) {
        this.random = new Random(seed);
    }

    static List<ResponseEvent> of(long seed) {
        return new RandomResponseEvents(seed).make();
    }

    private List<ResponseEvent> make() {
        events.add(new ResponseEvent.Started("chatcmpl-" + random.nextInt(1000), "some-model", random.nextInt(100)));
        int length = random.nextInt(24);
        for (int i = 0; i < length; i++) {
            one();
        }
        for (int call : List.copyOf(open)) {
            events.add(new ResponseEvent.ToolCallEnded(call));
        }
        boolean called = calls > 0;
        FinishReason finishReason = pick(
                called ? FinishReason.TOOL_CALLS : FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER);
        events.add(new ResponseEvent.UsageReported(new Usage(9, 7, 3, 2, 1, Usage.NO_COST, true)));
        events.add(new ResponseEvent.Finished(finishReason, null));
        return events;
    }

    private void one() {
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> events.add(ResponseEvent.TextDelta.of(pick(TEXTS)));
            case 3 -> events.add(new ResponseEvent.ReasoningDelta(pick(TEXTS)));
            case 4 -> events.add(new ResponseEvent.ReasoningSigned(opaque()));
            case 5 -> events.add(new ResponseEvent.RefusalDelta(pick(TEXTS)));
            case 6 -> events.add(new ResponseEvent.PartEnded());
            case 7 -> events.add(new ResponseEvent.CitationAdded(citation()));
            default -> call();
        }
    }

    private void call() {
        if (open.isEmpty() || random.nextInt(4) == 0) {
            events.add(new ResponseEvent.ToolCallStarted(calls, "call_" + calls, "f" + calls, null));
            open.add(calls++);
            return;
        }
        int call = pick(open.toArray(Integer[]::new));
        if (random.nextInt(3) == 0) {
            open.remove(call);
            events.add(new ResponseEvent.ToolCallEnded(call));
        } else {
            events.add(new ResponseEvent.ToolCallDelta(call, pick("{", "\"c\":", "1", "}", " ")));
        }
    }

    private ContentPart.OpaqueReasoning opaque() {
        return pick(
                null,
                new ContentPart.OpaqueReasoning("anthropic-messages", null, "c2lnbg==", null),
                new ContentPart.OpaqueReasoning("anthropic-messages", null, null, "cmVkYWN0ZWQ="));
    }

    private Citation citation() {
        return pick(
                new Citation("https://a.example/", "A", 0, 1, "anthropic-messages", Json.object()),
                new Citation("https://b.example/", null, -1, -1, "openai-chat", Json.object()),
                new Citation(null, "a document", 0, 1, "anthropic-messages", Json.object()));
    }

    @SafeVarargs
    private <T> T pick(T... any) {
        return any[random.nextInt(any.length)];
    }
}
