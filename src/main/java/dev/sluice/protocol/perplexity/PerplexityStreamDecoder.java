package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import dev.sluice.protocol.spi.StreamDecoder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decodes a streamed response. Function calls are sent in one piece, texts in deltas; the citations of a text are known
 * when its item is done. There is no {@code [DONE]}: a terminal event ends the response.
 */
final class PerplexityStreamDecoder implements StreamDecoder {

    /** The open text or refusal. */
    private static final class Open {
        private final String position;
        private final boolean refusal;
        private final StringBuilder text = new StringBuilder();
        private JsonNode annotations = Json.array();
        private boolean cited;

        private Open(String position, boolean refusal) {
            this.position = position;
            this.refusal = refusal;
        }
    }

    private final Quirks quirks;
    private final PerplexityCitations citations = new PerplexityCitations();
    /** Positions of the texts, refusals and calls emitted so far. */
    private final Set<String> emitted = new HashSet<>();

    /** The queries of a search whose results follow. */
    private JsonNode queries = Json.array();

    private Open open;
    private int calls;
    private boolean started;
    private boolean complete;

    PerplexityStreamDecoder(Quirks quirks) {
        this.quirks = quirks;
    }

    @Override
    public void decode(JsonNode data, Consumer<ResponseEvent> out) {
        String type = Json.textAt(data, "type");
        if (type == null && Json.present(data, "error") != null) {
            throw new GatewayException(PerplexityErrors.event(data));
        }
        switch (type == null ? "" : type) {
            case "response.created", "response.in_progress" -> begin(data.path("response"), out);
            case "response.reasoning.search_queries" -> queries = data.path("queries");
            case "response.reasoning.search_results" -> searched(queries, data.path("results"), out);
            case "response.reasoning.fetch_url_results" -> citations.add(data.path("results"));
            case "response.output_item.added" -> added(data, out);
            case "response.output_text.delta" -> append(position(data), false, Json.textAt(data, "delta"), out);
            case "response.refusal.delta" -> append(position(data), true, Json.textAt(data, "delta"), out);
            case "response.output_item.done" -> done(data.path("item"), data, out);
            case "response.completed", "response.incomplete" -> end(data.path("response"), out);
            case "response.failed", "response.cancelled" -> throw new GatewayException(failed(data, type));
            case "error" -> throw new GatewayException(PerplexityErrors.event(data));
            default -> {}
        }
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public GatewayError error(ByteSlice data) {
        JsonNode event = Json.readOrNull(data.toText());
        return PerplexityErrors.event(event == null ? Json.object() : event);
    }

    private void begin(JsonNode response, Consumer<ResponseEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ResponseEvent.Started(
                    Json.textAt(response, "id"), Json.textAt(response, "model"), Json.countAt(response, "created_at")));
        }
    }

    private void append(String position, boolean refusal, String text, Consumer<ResponseEvent> out) {
        if (text == null || text.isEmpty()) {
            return;
        }
        begin(Json.object(), out);
        ResponseLimits.checkParts(emitted.size());
        if (open == null || !open.position.equals(position) || open.refusal != refusal) {
            boolean sameKind = open != null && open.refusal == refusal;
            close(out);
            if (sameKind) {
                out.accept(new ResponseEvent.PartEnded());
            }
            open = new Open(position, refusal);
            emitted.add(position);
        }
        open.text.append(text);
        out.accept(refusal ? new ResponseEvent.RefusalDelta(text) : ResponseEvent.TextDelta.of(text));
    }

    private void added(JsonNode data, Consumer<ResponseEvent> out) {
        JsonNode item = data.path("item");
        String arguments = Json.textAt(item, "arguments");
        if ("function_call".equals(Json.textAt(item, "type")) && arguments != null && !arguments.isBlank()) {
            call(item, data, out);
        }
    }

    private void done(JsonNode item, JsonNode data, Consumer<ResponseEvent> out) {
        String type = Json.textAt(item, "type");
        if (PerplexityCitations.SEARCH.equals(type)) {
            searched(item.path("queries"), item.path("results"), out);
            return;
        }
        citations.add(item.path("results"));
        if ("function_call".equals(type)) {
            call(item, data, out);
        } else if ("message".equals(type)) {
            message(item, Json.countAt(data, "output_index"), out);
        }
    }

    /** Emits content that was not sent as deltas, and the citations of the last text. */
    private void message(JsonNode item, long index, Consumer<ResponseEvent> out) {
        long content = 0;
        for (JsonNode part : item.path("content")) {
            String position = index + "." + content++;
            if (!emitted.contains(position)) {
                String refusal = Json.textAt(part, "refusal");
                append(position, refusal != null, refusal == null ? Json.textAt(part, "text") : refusal, out);
            }
            if (open != null && open.position.equals(position)) {
                open.annotations = part.path("annotations");
                cite(out);
            }
        }
    }

    /** Events report a search before its item does. */
    private void searched(JsonNode asked, JsonNode found, Consumer<ResponseEvent> out) {
        if (citations.add(found)) {
            begin(Json.object(), out);
            close(out);
            out.accept(new ResponseEvent.NativePart(PerplexityCitations.search(asked, found)));
        }
        queries = Json.array();
    }

    private void call(JsonNode item, JsonNode data, Consumer<ResponseEvent> out) {
        if (!emitted.add("call " + Json.countAt(data, "output_index") + " " + Json.textAt(item, "call_id"))) {
            return;
        }
        begin(Json.object(), out);
        close(out);
        ContentPart.ToolCall call = PerplexityResponseDecoder.call(item, calls);
        out.accept(new ResponseEvent.ToolCallStarted(calls, call.id(), call.name(), call.signature()));
        out.accept(new ResponseEvent.ToolCallDelta(calls, call.arguments()));
        out.accept(new ResponseEvent.ToolCallEnded(calls));
        calls++;
    }

    private void end(JsonNode response, Consumer<ResponseEvent> out) {
        begin(response, out);
        JsonNode output = response.path("output");
        if (emitted.isEmpty()) {
            long index = 0;
            for (JsonNode item : output) {
                done(item, Json.object().put("output_index", index++), out);
            }
        }
        output.forEach(item -> citations.add(item.path("results")));
        if (open != null && !open.refusal) {
            cite(out);
            emit(citations.uncited(), out);
        }
        Usage usage = PerplexityMappings.usage(response.get("usage"), quirks);
        if (usage.known()) {
            out.accept(new ResponseEvent.UsageReported(usage));
        }
        out.accept(new ResponseEvent.Finished(PerplexityMappings.finish(response, calls > 0), null));
        complete = true;
    }

    private void close(Consumer<ResponseEvent> out) {
        if (open != null) {
            cite(out);
        }
        open = null;
    }

    private void cite(Consumer<ResponseEvent> out) {
        if (!open.cited && !open.refusal) {
            open.cited = true;
            emit(citations.of(open.text.toString(), open.annotations), out);
        }
    }

    private static void emit(List<Citation> found, Consumer<ResponseEvent> out) {
        found.forEach(citation -> out.accept(new ResponseEvent.CitationAdded(citation)));
    }

    private static GatewayError failed(JsonNode data, String type) {
        JsonNode response = data.path("response");
        if (Json.present(response, "error") != null) {
            return PerplexityErrors.event(response);
        }
        return GatewayError.of(GatewayError.Kind.UPSTREAM, "the provider ended the response with " + type);
    }

    private static String position(JsonNode data) {
        return Json.countAt(data, "output_index") + "." + Json.countAt(data, "content_index");
    }
}
