package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.Finish;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.AnswerWriter;
import dev.sluice.protocol.sse.EventBytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a streamed answer. Blocks stand one after another, while elsewhere calls may be told side by side: only the
 * first open block is written as it comes, the others wait with what they have until it is their turn.
 *
 * <p>Nothing is written before the first block, so that the beginning can tell what is known of usage by then.
 */
final class EventWriter implements AnswerWriter {

    private final ChatRequest request;
    private final Deque<BlockToCome> blocks = new ArrayDeque<>();
    private final Map<Integer, BlockToCome> calls = new HashMap<>();
    private final StringBuilder refused = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private BlockToCome open;
    private AnswerEvent.Began began = new AnswerEvent.Began(null, null, 0);
    private AnswerEvent.Finished finished = new AnswerEvent.Finished(Finish.STOP, null);
    private Usage usage = Usage.UNKNOWN;
    private boolean started;
    private int index;

    EventWriter(ChatRequest request) {
        this.request = request;
    }

    @Override
    public void write(AnswerEvent event, EventBytes out) {
        take(event);
        flush(out);
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        endAll();
        flush(out);
        this.usage = usage.known() ? usage : this.usage;
        start(out);
        ObjectNode delta = Json.object();
        AnswerBody.stop(delta, finished.finish(), finished.stopSequence(), !calls.isEmpty(), refused.toString());
        ObjectNode event = event("message_delta");
        event.set("delta", delta);
        event.set("usage", TokenCounts.write(this.usage));
        send(event, out);
        send(event("message_stop"), out);
    }

    private void take(AnswerEvent event) {
        switch (event) {
            case AnswerEvent.Began first -> began = first;
            case AnswerEvent.TextDelta delta -> {
                if (!delta.text().isEmpty()) {
                    open(BlockToCome.Kind.TEXT).add(BlockToCome.Word.TEXT, delta.text());
                    text.append(delta.text());
                }
            }
            case AnswerEvent.Cited cited -> cite(cited.citation());
            case AnswerEvent.RefusalDelta delta -> {
                closeOpen();
                refused.append(delta.text());
            }
            case AnswerEvent.ThoughtDelta delta -> {
                if (!delta.text().isEmpty()) {
                    open(BlockToCome.Kind.THOUGHT).add(BlockToCome.Word.THOUGHT, delta.text());
                }
            }
            case AnswerEvent.ThoughtSealed sealed -> seal(sealed);
            case AnswerEvent.PartEnded ended -> closeOpen();
            case AnswerEvent.CallBegan call -> {
                closeOpen();
                BlockToCome block = new BlockToCome(AnswerBody.call(call.id(), call.name(), Json.object()));
                calls.put(call.call(), block);
                blocks.add(block);
            }
            case AnswerEvent.CallDelta delta -> {
                if (!delta.fragment().isEmpty()) {
                    calls.get(delta.call()).add(BlockToCome.Word.INPUT, delta.fragment());
                }
            }
            case AnswerEvent.CallEnded ended -> calls.get(ended.call()).end();
            case AnswerEvent.NativePart part -> {
                closeOpen();
                whole(AnswerBody.own(part.part()));
            }
            case AnswerEvent.UsageSeen seen -> usage = seen.usage();
            case AnswerEvent.Finished end -> {
                finished = end;
                endAll();
            }
        }
    }

    private BlockToCome open(BlockToCome.Kind kind) {
        if (open == null || open.kind() != kind) {
            closeOpen();
            open = new BlockToCome(kind);
            blocks.add(open);
        }
        return open;
    }

    private void closeOpen() {
        if (open != null) {
            open.end();
            open = null;
        }
        text.setLength(0);
    }

    private void cite(Citation citation) {
        var written = Citations.write(List.of(citation), text.toString());
        if (written != null) {
            ObjectNode delta = Json.object().put("type", "citations_delta");
            delta.set("citation", written.get(0));
            open(BlockToCome.Kind.TEXT).add(delta);
        }
    }

    private void seal(AnswerEvent.ThoughtSealed sealed) {
        String signature = AnswerBody.signature(sealed.seal());
        boolean thought = open != null && open.kind() == BlockToCome.Kind.THOUGHT;
        String encrypted = AnswerBody.encrypted(sealed.seal());
        if (!signature.isEmpty()) {
            open(BlockToCome.Kind.THOUGHT).add(BlockToCome.Word.SIGNATURE, signature);
        }
        closeOpen();
        if (signature.isEmpty() && !thought && encrypted != null) {
            whole(AnswerBody.redacted(encrypted));
        }
    }

    private void whole(ObjectNode content) {
        if (content != null) {
            BlockToCome block = new BlockToCome(content);
            block.end();
            blocks.add(block);
        }
    }

    private void endAll() {
        closeOpen();
        blocks.forEach(BlockToCome::end);
    }

    /** Writes what the first block has, and the next ones as long as those before them are at their end. */
    private void flush(EventBytes out) {
        while (!blocks.isEmpty()) {
            start(out);
            BlockToCome block = blocks.getFirst();
            ObjectNode begin = block.takeBegin();
            if (begin != null) {
                ObjectNode event = blockEvent("content_block_start");
                event.set("content_block", begin);
                send(event, out);
            }
            block.writeDeltas(index, out);
            if (!block.ended()) {
                return;
            }
            send(blockEvent("content_block_stop"), out);
            blocks.removeFirst();
            index++;
        }
    }

    private void start(EventBytes out) {
        if (started) {
            return;
        }
        started = true;
        ObjectNode message = AnswerBody.envelope(began.id(), began.model(), request);
        message.putArray("content");
        message.putNull("stop_reason");
        message.putNull("stop_sequence");
        message.set("usage", TokenCounts.write(usage));
        ObjectNode event = event("message_start");
        event.set("message", message);
        send(event, out);
        send(event("ping"), out);
    }

    private ObjectNode blockEvent(String type) {
        return event(type).put("index", index);
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type);
    }

    private static void send(ObjectNode event, EventBytes out) {
        out.event(event.get("type").textValue(), event);
    }
}
