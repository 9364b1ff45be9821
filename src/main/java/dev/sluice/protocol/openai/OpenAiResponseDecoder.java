package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import dev.sluice.protocol.spi.StreamDecoder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads responses in the Chat Completions format, streamed or complete, from every provider that claims compatibility.
 * A complete response is read as a stream of one chunk, so that both decode to the same. Of several choices only the
 * first is read.
 *
 * <p>Citations and the finish reason are emitted at the very end: some providers send their sources, or more usage,
 * after the finish reason.
 */
final class OpenAiResponseDecoder implements StreamDecoder {

    private final boolean reasoningOutside;
    private final OpenAiDeltaDecoder message = new OpenAiDeltaDecoder();
    private final List<Citation> citations = new ArrayList<>();
    private final Set<String> urls = new HashSet<>();
    private boolean started;
    private boolean ended;
    private FinishReason finishReason;
    private String stopSequence;

    OpenAiResponseDecoder(boolean reasoningOutside) {
        this.reasoningOutside = reasoningOutside;
    }

    static ChatResponse decodeComplete(ByteSlice response, boolean reasoningOutside) {
        JsonNode tree = UpstreamErrors.read(response);
        OpenAiResponseDecoder decoder = new OpenAiResponseDecoder(reasoningOutside);
        ResponseAssembler assembler = new ResponseAssembler();
        decoder.decode(tree, assembler::add);
        JsonNode choice = first(tree.path("choices"));
        if (choice == null || !choice.path("message").isObject()) {
            throw UpstreamErrors.malformedResponse("no message (expected: choices[0].message)");
        }
        decoder.done(assembler::add);
        return assembler.response();
    }

    @Override
    public void decode(JsonNode data, Consumer<ResponseEvent> out) {
        JsonNode choice = first(data.path("choices"));
        throwIfError(data, choice);
        String id = text(data, "id");
        if (!started && (choice != null || id != null)) {
            start(data, id, out);
        }
        if (choice != null) {
            choice(choice, out);
        }
        citationUrls(data.path("citations"));
        usage(data, data.path("usage"), out);
        usage(data, data.path("x_groq").path("usage"), out);
    }

    @Override
    public void done(Consumer<ResponseEvent> out) {
        if (ended) {
            return;
        }
        ended = true;
        if (!started) {
            out.accept(new ResponseEvent.Started(null, null, 0));
        }
        message.end(out);
        citations.forEach(citation -> out.accept(new ResponseEvent.CitationAdded(citation)));
        FinishReason reason = finishReason == null ? FinishReason.STOP : finishReason;
        boolean calls = reason == FinishReason.STOP && message.hasCalls();
        out.accept(new ResponseEvent.Finished(calls ? FinishReason.TOOL_CALLS : reason, stopSequence));
    }

    /** After a finish reason {@code [DONE]} is optional. */
    @Override
    public boolean endedWithoutMarker(Consumer<ResponseEvent> out) {
        if (finishReason != null) {
            done(out);
        }
        return ended;
    }

    @Override
    public boolean finished() {
        return finishReason != null;
    }

    @Override
    public boolean complete() {
        return ended;
    }

    private void start(JsonNode data, String id, Consumer<ResponseEvent> out) {
        started = true;
        out.accept(new ResponseEvent.Started(id, text(data, "model"), Json.countAt(data, "created")));
        message.responseId(id);
    }

    private void choice(JsonNode choice, Consumer<ResponseEvent> out) {
        JsonNode delta = choice.path("delta");
        JsonNode body = delta.isObject() ? delta : choice.path("message");
        boolean whole = !delta.isObject() && !message.hasCalls();
        message.read(body, whole, choice.path("logprobs").path("content"), out);
        for (JsonNode annotation : body.path("annotations")) {
            JsonNode source = annotation.path("url_citation");
            if (source.isObject() && text(source, "url") != null) {
                urls.add(text(source, "url"));
                addCitation(new Citation(
                        text(source, "url"),
                        text(source, "title"),
                        position(source.path("start_index")),
                        position(source.path("end_index")),
                        ChatCompletionsProtocol.NAME,
                        annotation));
            }
        }
        String reason = text(choice, "finish_reason");
        if (reason != null) {
            finishReason = finish(reason);
            stopSequence = text(choice, "stop_reason");
        }
    }

    /** Bare URLs for the whole response, as xAI and Perplexity send them. Some providers repeat them in every chunk. */
    private void citationUrls(JsonNode list) {
        for (JsonNode url : list) {
            if (url.isTextual() && urls.add(url.textValue())) {
                addCitation(new Citation(url.textValue(), null, -1, -1, ChatCompletionsProtocol.NAME, url));
            }
        }
    }

    private void addCitation(Citation citation) {
        ResponseLimits.checkParts(citations.size());
        citations.add(citation);
    }

    private void usage(JsonNode data, JsonNode reported, Consumer<ResponseEvent> out) {
        Usage usage = OpenAiUsage.read(reported, reasoningOutside);
        if (usage == null) {
            return;
        }
        if (!started) {
            started = true;
            out.accept(new ResponseEvent.Started(null, null, 0));
        }
        out.accept(new ResponseEvent.UsageReported(
                usage.withDetails(usage.details().withMode(text(data, "service_tier")))));
    }

    private static JsonNode first(JsonNode choices) {
        for (JsonNode choice : choices) {
            JsonNode index = choice.path("index");
            if (choice.isObject() && (!index.isNumber() || index.intValue() == 0)) {
                return choice;
            }
        }
        return null;
    }

    /** Throws when the chunk reports an error: beside the choices, in one of them, or in Groq's {@code x_groq}. */
    private static void throwIfError(JsonNode data, JsonNode choice) {
        boolean failed = !data.isObject()
                || isError(data.path("error"))
                || isError(data.path("x_groq").path("error"))
                || choice != null && isError(choice.path("error"))
                || data.path("object").asText().equals("error");
        if (failed) {
            throw new GatewayException(UpstreamErrors.ofEvent(Json.bytes(data)));
        }
    }

    private static boolean isError(JsonNode error) {
        return error.isObject() || error.isTextual() && !Json.isPlaceholder(error.textValue());
    }

    private static FinishReason finish(String reason) {
        return switch (reason) {
            case "length", "model_length", "max_tokens" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            case "insufficient_system_resource" ->
                throw new GatewayException(GatewayError.of(
                        Kind.UNAVAILABLE, "the provider ran out of capacity in the middle of its response"));
            case "error", "abort" ->
                throw new GatewayException(GatewayError.of(Kind.UPSTREAM, "the provider aborted its response"));
            default -> FinishReason.STOP;
        };
    }

    private static int position(JsonNode position) {
        return position.canConvertToInt() && position.isNumber() ? Math.max(-1, position.intValue()) : -1;
    }

    /** The text of a member; null also for a placeholder. */
    static String text(JsonNode object, String member) {
        String text = Json.textAt(object, member);
        return text != null && !Json.isPlaceholder(text) ? text : null;
    }
}
