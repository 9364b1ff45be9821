package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Finish;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.AnswerWriter;
import dev.sluice.protocol.sse.EventBytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A streamed answer as events. Clients' libraries assemble from the {@code .done} events, so each is sent, and the last
 * event holds the same response that the whole answer would be.
 */
final class EventWriter implements AnswerWriter {

    private final ResponseBody body;
    private final Events events = new Events();
    private final Map<Integer, OpenCall> calls = new LinkedHashMap<>();
    private final List<JsonNode> earlyLogprobs = new ArrayList<>();
    private Items items;
    private String model;
    private long created;
    private OpenMessage message;
    private OpenThought thought;
    /** The last item, ended; but whether it is whole shows with the next item: the answer may have been cut there. */
    private OpenCall held;

    private Finish finish;

    EventWriter(ChatRequest request) {
        this.body = new ResponseBody(request);
    }

    @Override
    public void write(AnswerEvent event, EventBytes out) {
        events.to(out);
        if (!(event instanceof AnswerEvent.Began) && items == null) {
            begin(null, null, 0);
        }
        switch (event) {
            case AnswerEvent.Began began -> begin(began.id(), began.model(), began.created());
            case AnswerEvent.TextDelta delta -> text(delta);
            case AnswerEvent.Cited cited -> message().cite(cited.citation());
            case AnswerEvent.RefusalDelta delta -> refuse(delta.text());
            case AnswerEvent.ThoughtDelta delta -> think(delta.text());
            case AnswerEvent.ThoughtSealed sealed -> seal(sealed.seal());
            case AnswerEvent.PartEnded ended -> closePart();
            case AnswerEvent.CallBegan call -> {
                closeForNext();
                calls.put(call.call(), new OpenCall(events, items, call));
            }
            case AnswerEvent.CallDelta delta -> calls.get(delta.call()).add(delta.fragment());
            case AnswerEvent.CallEnded ended -> endCall(calls.remove(ended.call()));
            case AnswerEvent.NativePart part -> block(part.part());
            case AnswerEvent.UsageSeen seen -> {}
            case AnswerEvent.Finished end -> finish(end.finish());
        }
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        events.to(out);
        if (items == null) {
            begin(null, null, 0);
        }
        if (finish == null) {
            finish(Finish.STOP);
        }
        String status = ResponseBody.status(finish);
        send("response." + status, status, finish, usage);
    }

    private void begin(String id, String model, long created) {
        if (items != null) {
            return;
        }
        this.items = new Items(id);
        this.model = model;
        this.created = created;
        send("response.created", Items.IN_PROGRESS, null, Usage.UNKNOWN);
        send("response.in_progress", Items.IN_PROGRESS, null, Usage.UNKNOWN);
    }

    private void send(String type, String status, Finish finish, Usage usage) {
        ObjectNode response = body.response(items, model, created, status, finish, events.output());
        events.send(type, Json.object().set("response", ResponseBody.withUsage(response, usage)));
    }

    private void text(AnswerEvent.TextDelta delta) {
        if (delta.text().isEmpty() && (message == null || !message.inText())) {
            closePart();
            earlyLogprobs.addAll(delta.logprobs());
            return;
        }
        if (delta.text().isEmpty() && delta.logprobs().isEmpty()) {
            return;
        }
        earlyLogprobs.addAll(delta.logprobs());
        message().text(delta.text(), List.copyOf(earlyLogprobs));
        earlyLogprobs.clear();
    }

    private void refuse(String delta) {
        if (!delta.isEmpty()) {
            message().refuse(delta);
        } else if (message == null || message.inText()) {
            closePart();
        }
    }

    private void think(String delta) {
        if (delta.isEmpty()) {
            if (thought == null) {
                closePart();
            }
            return;
        }
        thought().think(delta);
    }

    private void seal(Part.Seal seal) {
        if (thought == null && seal == null) {
            closePart();
            return;
        }
        thought().close(seal);
        thought = null;
    }

    private void block(Part.Native part) {
        if (!part.dialect().equals(OpenAiResponses.NAME)) {
            closePart();
            return;
        }
        closeForNext();
        int index = events.nextIndex();
        events.added((ObjectNode) part.block());
        events.done(index, part.block());
    }

    private void finish(Finish why) {
        finish = why;
        boolean cut = ResponseBody.status(why).equals(Items.INCOMPLETE);
        letGo(cut);
        closeSaid(cut);
        calls.values().forEach(call -> call.close(cut));
        calls.clear();
    }

    private void endCall(OpenCall call) {
        if (call.isLast()) {
            held = call;
        } else {
            call.close(false);
        }
    }

    private OpenMessage message() {
        if (thought != null) {
            closePart();
        }
        if (message == null) {
            closeForNext();
            message = new OpenMessage(events, items);
        }
        return message;
    }

    private OpenThought thought() {
        if (thought == null) {
            closeForNext();
            thought = new OpenThought(events, items);
        }
        return thought;
    }

    /** A message goes on in its next part; a thought is an item of its own. */
    private void closePart() {
        if (thought != null) {
            thought.close(null);
            thought = null;
        }
        if (message != null) {
            message.closePart();
        }
    }

    private void closeForNext() {
        letGo(false);
        closeSaid(false);
    }

    private void closeSaid(boolean cut) {
        if (thought != null) {
            thought.close(null);
            thought = null;
        }
        if (message != null) {
            message.close(cut);
            message = null;
        }
    }

    private void letGo(boolean cut) {
        if (held != null) {
            held.close(cut);
            held = null;
        }
    }
}
