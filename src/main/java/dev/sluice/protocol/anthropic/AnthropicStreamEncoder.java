package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.codec.SearchRun;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ReasoningSeal;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.sse.EventBytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes a streamed response. Anthropic's blocks are sequential, while other formats interleave tool calls: only the
 * first open block is written immediately, the others are buffered until the blocks before them end.
 *
 * <p>Nothing is written before the first block, so that {@code message_start} can report the usage known by then.
 */
final class AnthropicStreamEncoder implements StreamEncoder {

    private final ChatRequest request;
    private final Deque<PendingBlock> blocks = new ArrayDeque<>();
    /** Seals after other content, which are written before the next block. */
    private final List<PendingBlock> seals = new ArrayList<>();

    private final Map<Integer, PendingBlock> calls = new HashMap<>();
    private final StringBuilder refused = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final AnthropicSearches searches;
    private PendingBlock open;
    private ResponseEvent.Started started = new ResponseEvent.Started(null, null, 0);
    private ResponseEvent.Finished finished = new ResponseEvent.Finished(FinishReason.STOP, null);
    private Usage usage = Usage.UNKNOWN;
    /** The open thinking block has its signature. */
    private boolean signed;

    private boolean messageStarted;
    private int index;

    AnthropicStreamEncoder(ChatRequest request) {
        this.request = request;
        this.searches = new AnthropicSearches(request);
    }

    @Override
    public void write(ResponseEvent event, EventBytes out) {
        apply(event);
        flush(out);
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        endAll();
        flush(out);
        this.usage = usage.known() ? usage : this.usage;
        start(out);
        ObjectNode delta = Json.object();
        AnthropicResponseEncoder.stop(
                delta, finished.finishReason(), finished.stopSequence(), !calls.isEmpty(), refused.toString());
        ObjectNode event = event("message_delta");
        event.set("delta", delta);
        event.set("usage", AnthropicUsage.write(this.usage, searches.count(), false));
        send(event, out);
        send(event("message_stop"), out);
    }

    private void apply(ResponseEvent event) {
        switch (event) {
            case ResponseEvent.Started first -> started = first;
            case ResponseEvent.TextDelta delta -> {
                if (!delta.text().isEmpty()) {
                    open(PendingBlock.Kind.TEXT).add(PendingBlock.DeltaType.TEXT, delta.text());
                    text.append(delta.text());
                }
            }
            case ResponseEvent.CitationAdded added -> addCitation(added.citation());
            case ResponseEvent.RefusalDelta delta -> {
                closeOpen();
                refused.append(delta.text());
            }
            case ResponseEvent.ReasoningDelta delta -> {
                if (!delta.text().isEmpty()) {
                    open(PendingBlock.Kind.THINKING).add(PendingBlock.DeltaType.THINKING, delta.text());
                }
            }
            case ResponseEvent.ReasoningSigned signed -> signReasoning(signed);
            case ResponseEvent.PartEnded ended -> closeOpen();
            case ResponseEvent.ToolCallStarted call -> {
                closeOpen();
                addSearches(searches.results());
                if (call.signature() != null) {
                    addWhole(AnthropicResponseEncoder.redacted(ReasoningSeal.ofCall(call.id(), call.signature())));
                }
                PendingBlock block =
                        new PendingBlock(AnthropicResponseEncoder.call(call.id(), call.name(), Json.object()));
                calls.put(call.call(), block);
                add(block);
            }
            case ResponseEvent.ToolCallDelta delta -> {
                if (!delta.fragment().isEmpty()) {
                    calls.get(delta.call()).add(PendingBlock.DeltaType.INPUT, delta.fragment());
                }
            }
            case ResponseEvent.ToolCallEnded ended -> calls.get(ended.call()).end();
            case ResponseEvent.NativePart part -> {
                closeOpen();
                addNative(part.part());
            }
            case ResponseEvent.UsageReported seen -> usage = seen.usage();
            case ResponseEvent.Finished end -> {
                finished = end;
                closeOpen();
                addSearches(searches.ended(started.id()));
                endAll();
            }
        }
    }

    private PendingBlock open(PendingBlock.Kind kind) {
        if (open == null || open.kind() != kind) {
            closeOpen();
            open = new PendingBlock(kind);
            add(open);
        }
        return open;
    }

    private void closeOpen() {
        if (open != null) {
            if (open.kind() == PendingBlock.Kind.THINKING && !signed) {
                open.add(PendingBlock.DeltaType.SIGNATURE, ReasoningSeal.UNSIGNED);
            }
            signed = false;
            open.end();
            open = null;
        }
        text.setLength(0);
    }

    private void addCitation(Citation citation) {
        searches.cite(citation);
        var written = AnthropicCitations.write(List.of(citation), text.toString());
        if (written != null) {
            ObjectNode delta = Json.object().put("type", "citations_delta");
            delta.set("citation", written.get(0));
            open(PendingBlock.Kind.TEXT).add(delta);
        }
    }

    private void signReasoning(ResponseEvent.ReasoningSigned event) {
        boolean inReasoning = open != null && open.kind() == PendingBlock.Kind.THINKING;
        if (inReasoning || AnthropicResponseEncoder.isSignature(event.opaque())) {
            open(PendingBlock.Kind.THINKING)
                    .add(PendingBlock.DeltaType.SIGNATURE, AnthropicResponseEncoder.signature(event.opaque()));
            signed = true;
            closeOpen();
        } else {
            closeOpen();
            ObjectNode content = AnthropicResponseEncoder.redacted(event.opaque());
            if (AnthropicResponseEncoder.isSeal(content)) {
                addSeal(whole(content));
            } else {
                addWhole(content);
            }
        }
    }

    /**
     * Clients take the last block for the response, so a seal is never the last: without a next block it is dropped.
     */
    private void addSeal(PendingBlock block) {
        boolean first = blocks.isEmpty() && index == 0;
        if (first) {
            add(block);
        } else {
            seals.add(block);
        }
    }

    private void addNative(ContentPart.Native part) {
        SearchRun search = SearchRun.of(part);
        if (search == null || part.protocol().equals(AnthropicProtocol.NAME)) {
            addWhole(AnthropicResponseEncoder.nativeBlock(part));
        } else {
            addSearches(searches.started(search, started.id()));
        }
    }

    /** Clients read the query of a search from its deltas. */
    private void addSearches(List<ObjectNode> found) {
        for (ObjectNode content : found) {
            PendingBlock block = new PendingBlock(content);
            if (content.has("input")) {
                block.add(PendingBlock.DeltaType.INPUT, AnthropicSearches.takeInput(content));
            }
            block.end();
            add(block);
        }
    }

    private void addWhole(ObjectNode content) {
        if (content != null) {
            add(whole(content));
        }
    }

    private static PendingBlock whole(ObjectNode content) {
        PendingBlock block = new PendingBlock(content);
        block.end();
        return block;
    }

    private void add(PendingBlock block) {
        blocks.addAll(seals);
        seals.clear();
        blocks.add(block);
    }

    private void endAll() {
        closeOpen();
        blocks.forEach(PendingBlock::end);
    }

    /** Writes the pending parts of the first block, then of the next blocks while all blocks before them have ended. */
    private void flush(EventBytes out) {
        while (!blocks.isEmpty()) {
            start(out);
            PendingBlock block = blocks.getFirst();
            ObjectNode content = block.takeStart();
            if (content != null) {
                ObjectNode event = blockEvent("content_block_start");
                event.set("content_block", content);
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
        if (messageStarted) {
            return;
        }
        messageStarted = true;
        ObjectNode message = AnthropicResponseEncoder.envelope(started.id(), request);
        message.putArray("content");
        message.putNull("stop_reason");
        message.putNull("stop_sequence");
        message.putNull("stop_details");
        message.putNull("container");
        message.set("usage", AnthropicUsage.write(usage, 0, true));
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
