package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.codec.GeneratedImage;
import dev.sluice.protocol.codec.SearchRun;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.sse.EventBytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes a streamed response as events. Client libraries assemble from the {@code .done} events, so each of them is
 * sent, and the last event has the same response object as a complete response.
 */
final class ResponsesStreamEncoder implements StreamEncoder {

    private final ResponsesResponseEncoder body;
    private final ResponsesEventSequence events = new ResponsesEventSequence();
    private final Map<Integer, StreamedCallItem> calls = new LinkedHashMap<>();
    private final List<JsonNode> earlyLogprobs = new ArrayList<>();
    private ResponsesItemEncoder items;
    private String model;
    private long created;
    private StreamedMessageItem message;
    private StreamedReasoningItem reasoning;
    /**
     * The last item, whose call has ended. Its status is known with the next item: the response may have been cut
     * there.
     */
    private StreamedCallItem lastCall;

    /** The open search, or null. */
    private SearchRun search;

    private int searchIndex;
    private FinishReason finishReason;
    /** The summary of a conversation, which the client gets as one item; null for any other response. */
    private final StringBuilder summary;

    ResponsesStreamEncoder(ChatRequest request) {
        this.body = new ResponsesResponseEncoder(request);
        this.summary = Compaction.isWanted(request) ? new StringBuilder() : null;
    }

    @Override
    public void write(ResponseEvent event, EventBytes out) {
        events.to(out);
        if (!(event instanceof ResponseEvent.Started) && items == null) {
            begin(null, null, 0);
        }
        if (summary != null) {
            summarize(event);
            return;
        }
        switch (event) {
            case ResponseEvent.Started started -> begin(started.id(), started.model(), started.created());
            case ResponseEvent.TextDelta delta -> text(delta);
            case ResponseEvent.CitationAdded added -> message().cite(added.citation());
            case ResponseEvent.RefusalDelta delta -> refuse(delta.text());
            case ResponseEvent.ReasoningDelta delta -> appendReasoning(delta.text());
            case ResponseEvent.ReasoningSigned signed -> signReasoning(signed.opaque());
            case ResponseEvent.PartEnded ended -> closePart();
            case ResponseEvent.ToolCallStarted call -> startCall(call);
            case ResponseEvent.ToolCallDelta delta -> calls.get(delta.call()).add(delta.fragment());
            case ResponseEvent.ToolCallEnded ended -> endCall(calls.remove(ended.call()));
            case ResponseEvent.NativePart part -> nativeItem(part.part());
            case ResponseEvent.UsageReported seen -> {}
            case ResponseEvent.Finished end -> finish(end.finishReason());
        }
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        events.to(out);
        if (items == null) {
            begin(null, null, 0);
        }
        if (finishReason == null) {
            finish(FinishReason.STOP);
        }
        String status = ResponsesResponseEncoder.status(finishReason);
        send("response." + status, status, finishReason, usage);
    }

    private void summarize(ResponseEvent event) {
        switch (event) {
            case ResponseEvent.Started started -> begin(started.id(), started.model(), started.created());
            case ResponseEvent.TextDelta delta -> summary.append(delta.text());
            case ResponseEvent.Finished end -> finish(end.finishReason());
            default -> {}
        }
    }

    private void begin(String id, String model, long created) {
        if (items != null) {
            return;
        }
        this.items = new ResponsesItemEncoder(id);
        this.model = model;
        this.created = created;
        send("response.created", ResponsesItemEncoder.IN_PROGRESS, null, Usage.UNKNOWN);
        send("response.in_progress", ResponsesItemEncoder.IN_PROGRESS, null, Usage.UNKNOWN);
    }

    private void send(String type, String status, FinishReason finishReason, Usage usage) {
        ObjectNode response = body.response(items, model, created, status, finishReason, events.output());
        events.send(type, Json.object().set("response", ResponsesResponseEncoder.withUsage(response, usage)));
    }

    private void text(ResponseEvent.TextDelta delta) {
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

    private void appendReasoning(String delta) {
        if (delta.isEmpty()) {
            if (reasoning == null) {
                closePart();
            }
            return;
        }
        reasoning().append(delta);
    }

    private void signReasoning(ContentPart.OpaqueReasoning opaque) {
        if (reasoning == null && opaque == null) {
            closePart();
            return;
        }
        reasoning().close(opaque);
        reasoning = null;
    }

    private void nativeItem(ContentPart.Native part) {
        if (part.protocol().equals(ResponsesProtocol.NAME)) {
            closeForNext();
            int index = events.nextIndex();
            events.added((ObjectNode) part.block());
            events.done(index, part.block());
            return;
        }
        SearchRun run = SearchRun.of(part);
        if (run != null) {
            startSearch(run);
            return;
        }
        if (search != null && SearchRun.isResults(part)) {
            search = search.with(part);
            endSearch();
            return;
        }
        ContentPart.Source image = GeneratedImage.of(part);
        if (image == null || image.data() == null) {
            closePart();
            return;
        }
        closeForNext();
        int index = events.nextIndex();
        String id = items.id("ig", index);
        events.added(ResponsesItemEncoder.image(id, ResponsesItemEncoder.IN_PROGRESS, null));
        events.done(index, ResponsesItemEncoder.image(id, ResponsesItemEncoder.COMPLETED, image.data()));
    }

    /** The search stays open for its results, which Anthropic reports next. */
    private void startSearch(SearchRun run) {
        closeForNext();
        search = run;
        searchIndex = events.nextIndex();
        String id = items.id(SearchCallItem.PREFIX, searchIndex);
        events.added(SearchCallItem.of(run, id).put("status", ResponsesItemEncoder.IN_PROGRESS));
        for (String state : new String[] {"in_progress", "searching"}) {
            events.send("response.web_search_call." + state, id, searchIndex, Json.object());
        }
    }

    private void endSearch() {
        if (search != null) {
            String id = items.id(SearchCallItem.PREFIX, searchIndex);
            events.send("response.web_search_call.completed", id, searchIndex, Json.object());
            events.done(searchIndex, SearchCallItem.of(search, id));
            search = null;
        }
    }

    private void startCall(ResponseEvent.ToolCallStarted call) {
        closeForNext();
        if (call.signature() != null) {
            int index = events.nextIndex();
            ObjectNode signature = ResponsesItemEncoder.signature(items.id("rs", index), call.id(), call.signature());
            events.added(signature);
            events.done(index, signature);
        }
        calls.put(
                call.call(),
                new StreamedCallItem(events, items, call, body.request().declaration(call.name())));
    }

    private void finish(FinishReason reason) {
        finishReason = reason;
        if (summary != null && !summary.toString().isBlank()) {
            int index = events.nextIndex();
            ObjectNode item = Compaction.write(items.id("cmp", index), summary.toString());
            events.added(item);
            events.done(index, item);
        }
        boolean incomplete = ResponsesResponseEncoder.status(reason).equals(ResponsesItemEncoder.INCOMPLETE);
        endSearch();
        closeLastCall(incomplete);
        closeMessageAndReasoning(incomplete);
        calls.values().forEach(call -> call.close(incomplete));
        calls.clear();
    }

    private void endCall(StreamedCallItem call) {
        if (call.isLast()) {
            lastCall = call;
        } else {
            call.close(false);
        }
    }

    private StreamedMessageItem message() {
        if (reasoning != null) {
            closePart();
        }
        if (message == null) {
            closeForNext();
            message = new StreamedMessageItem(events, items);
        }
        return message;
    }

    private StreamedReasoningItem reasoning() {
        if (reasoning == null) {
            closeForNext();
            reasoning = new StreamedReasoningItem(events, items);
        }
        return reasoning;
    }

    /** A message continues with its next part; reasoning is an item of its own. */
    private void closePart() {
        if (reasoning != null) {
            reasoning.close(null);
            reasoning = null;
        }
        if (message != null) {
            message.closePart();
        }
    }

    private void closeForNext() {
        endSearch();
        closeLastCall(false);
        closeMessageAndReasoning(false);
    }

    private void closeMessageAndReasoning(boolean incomplete) {
        if (reasoning != null) {
            reasoning.close(null);
            reasoning = null;
        }
        if (message != null) {
            message.close(incomplete);
            message = null;
        }
    }

    private void closeLastCall(boolean incomplete) {
        if (lastCall != null) {
            lastCall.close(incomplete);
            lastCall = null;
        }
    }
}
