package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.AnswerAssembly;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.Finish;
import dev.sluice.protocol.error.Refusal;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.AnswerBounds;
import dev.sluice.protocol.spi.AnswerDecoder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads answers in the Chat Completions format, from anybody who says that he speaks it. A whole answer is read as a
 * stream of one chunk, so that both say the same. Of several choices the first counts.
 *
 * <p>Citations and the finish reason are told at the very end: some providers send their sources, or more usage, after
 * the finish reason.
 */
final class OpenAiAnswers implements AnswerDecoder {

    private final boolean reasoningOutside;
    private final OpenAiMessage message = new OpenAiMessage();
    private final List<Citation> citations = new ArrayList<>();
    private final Set<String> urls = new HashSet<>();
    private boolean began;
    private boolean ended;
    private Finish finish;
    private String stopSequence;

    OpenAiAnswers(boolean reasoningOutside) {
        this.reasoningOutside = reasoningOutside;
    }

    static ChatAnswer whole(ByteSlice answer, boolean reasoningOutside) {
        JsonNode tree;
        try {
            tree = Json.read(Refusal.withoutByteOrderMark(answer));
        } catch (MalformedJson malformed) {
            throw nonsense("the provider answered with a body that " + malformed.getMessage());
        }
        OpenAiAnswers decoder = new OpenAiAnswers(reasoningOutside);
        AnswerAssembly assembly = new AnswerAssembly();
        decoder.event(tree, assembly::add);
        JsonNode choice = first(tree.path("choices"));
        if (choice == null || !choice.path("message").isObject()) {
            throw nonsense("the provider's answer has no message (expected: choices[0].message)");
        }
        decoder.done(assembly::add);
        return assembly.answer();
    }

    @Override
    public void event(JsonNode data, Consumer<AnswerEvent> out) {
        JsonNode choice = first(data.path("choices"));
        refuse(data, choice);
        String id = text(data, "id");
        if (!began && (choice != null || id != null)) {
            begin(data, id, out);
        }
        if (choice != null) {
            choice(choice, out);
        }
        sources(data.path("citations"));
        usage(data.path("usage"), out);
        usage(data.path("x_groq").path("usage"), out);
    }

    @Override
    public void done(Consumer<AnswerEvent> out) {
        if (ended) {
            return;
        }
        ended = true;
        if (!began) {
            out.accept(new AnswerEvent.Began(null, null, 0));
        }
        message.end(out);
        citations.forEach(citation -> out.accept(new AnswerEvent.Cited(citation)));
        Finish told = finish == null ? Finish.STOP : finish;
        boolean calls = told == Finish.STOP && message.called();
        out.accept(new AnswerEvent.Finished(calls ? Finish.TOOL_CALLS : told, stopSequence));
    }

    /** After a finish reason {@code [DONE]} is a courtesy. */
    @Override
    public boolean endedWithoutMarker(Consumer<AnswerEvent> out) {
        if (finish != null) {
            done(out);
        }
        return ended;
    }

    @Override
    public boolean finished() {
        return finish != null;
    }

    @Override
    public boolean complete() {
        return ended;
    }

    private void begin(JsonNode data, String id, Consumer<AnswerEvent> out) {
        began = true;
        out.accept(new AnswerEvent.Began(id, text(data, "model"), Json.countAt(data, "created")));
        message.answerId(id);
    }

    private void choice(JsonNode choice, Consumer<AnswerEvent> out) {
        JsonNode delta = choice.path("delta");
        JsonNode said = delta.isObject() ? delta : choice.path("message");
        message.read(said, choice.path("logprobs").path("content"), out);
        for (JsonNode annotation : said.path("annotations")) {
            JsonNode source = annotation.path("url_citation");
            if (source.isObject() && text(source, "url") != null) {
                urls.add(text(source, "url"));
                cite(new Citation(
                        text(source, "url"),
                        text(source, "title"),
                        position(source.path("start_index")),
                        position(source.path("end_index")),
                        OpenAiChat.NAME,
                        annotation));
            }
        }
        String reason = text(choice, "finish_reason");
        if (reason != null) {
            finish = finish(reason);
            stopSequence = text(choice, "stop_reason");
        }
    }

    /** Bare URLs, for the whole answer: xAI, Perplexity. Some repeat them in every chunk. */
    private void sources(JsonNode told) {
        for (JsonNode url : told) {
            if (url.isTextual() && urls.add(url.textValue())) {
                cite(new Citation(url.textValue(), null, -1, -1, OpenAiChat.NAME, url));
            }
        }
    }

    private void cite(Citation citation) {
        AnswerBounds.parts(citations.size());
        citations.add(citation);
    }

    private void usage(JsonNode reported, Consumer<AnswerEvent> out) {
        Usage usage = OpenAiUsage.read(reported, reasoningOutside);
        if (usage == null) {
            return;
        }
        if (!began) {
            began = true;
            out.accept(new AnswerEvent.Began(null, null, 0));
        }
        out.accept(new AnswerEvent.UsageSeen(usage));
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

    /** An error may stand beside the choices, in one of them, or in Groq's own member. */
    private static void refuse(JsonNode data, JsonNode choice) {
        boolean failed = !data.isObject()
                || tells(data.path("error"))
                || tells(data.path("x_groq").path("error"))
                || choice != null && tells(choice.path("error"))
                || data.path("object").asText().equals("error");
        if (failed) {
            throw new GatewayException(Refusal.event(Json.bytes(data)));
        }
    }

    private static boolean tells(JsonNode error) {
        return error.isObject() || error.isTextual() && given(error.textValue());
    }

    private static Finish finish(String reason) {
        return switch (reason) {
            case "length", "model_length", "max_tokens" -> Finish.LENGTH;
            case "tool_calls", "function_call" -> Finish.TOOL_CALLS;
            case "content_filter" -> Finish.CONTENT_FILTER;
            case "insufficient_system_resource" ->
                throw new GatewayException(GatewayError.of(
                        Kind.UNAVAILABLE, "the provider ran out of capacity in the middle of its answer"));
            case "error", "abort" ->
                throw new GatewayException(
                        GatewayError.of(Kind.UPSTREAM, "the provider gave up in the middle of its answer"));
            default -> Finish.STOP;
        };
    }

    private static int position(JsonNode position) {
        return position.canConvertToInt() && position.isNumber() ? Math.max(-1, position.intValue()) : -1;
    }

    /** Null also for what only says that there is none. */
    static String text(JsonNode object, String member) {
        String text = Json.textAt(object, member);
        return text != null && given(text) ? text : null;
    }

    private static boolean given(String text) {
        return !text.isEmpty() && !text.equals("None");
    }

    private static GatewayException nonsense(String what) {
        return new GatewayException(GatewayError.of(Kind.UPSTREAM, what).withCode("malformed_answer"));
    }
}
