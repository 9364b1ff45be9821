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
 * Follows a streamed answer. Function calls come whole, texts in pieces; a text's citations are known when its item is
 * done. There is no {@code [DONE]}: one of the terminal events ends the answer.
 */
final class PerplexityStreamDecoder implements StreamDecoder {

    /** The text or refusal that is being written. */
    private static final class Open {
        private final String place;
        private final boolean refusal;
        private final StringBuilder text = new StringBuilder();
        private JsonNode annotations = Json.array();
        private boolean cited;

        private Open(String place, boolean refusal) {
            this.place = place;
            this.refusal = refusal;
        }
    }

    private final Quirks quirks;
    private final PerplexityCitations sources = new PerplexityCitations();
    /** Where text, refusals and calls were heard of. */
    private final Set<String> heard = new HashSet<>();

    private Open open;
    private int calls;
    private boolean began;
    private boolean complete;

    PerplexityStreamDecoder(Quirks quirks) {
        this.quirks = quirks;
    }

    @Override
    public void event(JsonNode data, Consumer<ResponseEvent> out) {
        String type = Json.textAt(data, "type");
        if (type == null && Json.present(data, "error") != null) {
            throw new GatewayException(PerplexityErrors.event(data));
        }
        switch (type == null ? "" : type) {
            case "response.created", "response.in_progress" -> begin(data.path("response"), out);
            case "response.reasoning.search_results", "response.reasoning.fetch_url_results" ->
                sources.add(data.path("results"));
            case "response.output_item.added" -> added(data, out);
            case "response.output_text.delta" -> said(place(data), false, Json.textAt(data, "delta"), out);
            case "response.refusal.delta" -> said(place(data), true, Json.textAt(data, "delta"), out);
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
        if (!began) {
            began = true;
            out.accept(new ResponseEvent.Started(
                    Json.textAt(response, "id"), Json.textAt(response, "model"), Json.countAt(response, "created_at")));
        }
    }

    private void said(String place, boolean refusal, String text, Consumer<ResponseEvent> out) {
        if (text == null || text.isEmpty()) {
            return;
        }
        begin(Json.object(), out);
        ResponseLimits.parts(heard.size());
        if (open == null || !open.place.equals(place) || open.refusal != refusal) {
            boolean sameKind = open != null && open.refusal == refusal;
            close(out);
            if (sameKind) {
                out.accept(new ResponseEvent.PartEnded());
            }
            open = new Open(place, refusal);
            heard.add(place);
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
        sources.add(item.path("results"));
        String type = Json.textAt(item, "type");
        if ("function_call".equals(type)) {
            call(item, data, out);
        } else if ("message".equals(type)) {
            message(item, Json.countAt(data, "output_index"), out);
        }
    }

    /** Says what was not said in pieces, and learns what the last text cites. */
    private void message(JsonNode item, long index, Consumer<ResponseEvent> out) {
        long content = 0;
        for (JsonNode part : item.path("content")) {
            String place = index + "." + content++;
            if (!heard.contains(place)) {
                String refusal = Json.textAt(part, "refusal");
                said(place, refusal != null, refusal == null ? Json.textAt(part, "text") : refusal, out);
            }
            if (open != null && open.place.equals(place)) {
                open.annotations = part.path("annotations");
                cite(out);
            }
        }
    }

    private void call(JsonNode item, JsonNode data, Consumer<ResponseEvent> out) {
        if (!heard.add("call " + Json.countAt(data, "output_index") + " " + Json.textAt(item, "call_id"))) {
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
        output.forEach(item -> sources.add(item.path("results")));
        if (heard.isEmpty()) {
            long index = 0;
            for (JsonNode item : output) {
                done(item, Json.object().put("output_index", index++), out);
            }
        }
        if (open != null && !open.refusal) {
            cite(out);
            cited(sources.rest(), out);
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
            cited(sources.of(open.text.toString(), open.annotations), out);
        }
    }

    private static void cited(List<Citation> citations, Consumer<ResponseEvent> out) {
        citations.forEach(citation -> out.accept(new ResponseEvent.CitationAdded(citation)));
    }

    private static GatewayError failed(JsonNode data, String type) {
        JsonNode response = data.path("response");
        if (Json.present(response, "error") != null) {
            return PerplexityErrors.event(response);
        }
        return GatewayError.of(GatewayError.Kind.UPSTREAM, "the provider ended the answer with " + type);
    }

    private static String place(JsonNode data) {
        return Json.countAt(data, "output_index") + "." + Json.countAt(data, "content_index");
    }
}
