package dev.sluice.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Arbitrary chat requests and responses within what Chat Completions can express. */
public class ChatArbitraries extends DomainContextBase {

    /** The request of the responses. It requests usage, so that none is hidden. */
    public static final ChatRequest REQUEST = new ChatRequest(
            "asked",
            List.of(ChatMessage.of(Role.USER, ContentPart.Text.of("?"))),
            List.of(),
            null,
            null,
            null,
            Map.of(),
            true,
            true);

    private static final JsonNode SCHEMA =
            Json.readOrNull("{\"type\":\"object\",\"properties\":{\"c\":{\"type\":\"string\"}}}");

    @Provide
    Arbitrary<ChatRequest> requests() {
        return Combinators.combine(
                        messages().list().ofMinSize(1).ofMaxSize(5),
                        tools().list().ofMaxSize(2).uniqueElements(ChatArbitraries::name),
                        Arbitraries.of(ToolChoice.AUTO, ToolChoice.NONE, ToolChoice.REQUIRED, ToolChoice.named("f"))
                                .injectNull(0.3),
                        formats().injectNull(0.5),
                        Arbitraries.of("none", "low", "max")
                                .map(effort -> new ReasoningOptions(effort, -1, null, "reasoning_effort"))
                                .injectNull(0.5),
                        params(),
                        Arbitraries.of(true, false))
                .as((turns, tools, choice, format, reasoning, params, stream) -> new ChatRequest(
                        "m", turns, tools, tools.isEmpty() ? null : choice, format, reasoning, params, stream, stream));
    }

    @Provide
    Arbitrary<ChatResponse> responses() {
        Arbitrary<List<ContentPart>> parts = Combinators.combine(
                        reasoning().list().ofMaxSize(2),
                        texts().injectNull(0.3),
                        texts().injectNull(0.8),
                        calls().list().ofMaxSize(3))
                .as((thoughts, text, refusal, calls) -> {
                    List<ContentPart> all = new ArrayList<>(thoughts);
                    boolean plain = thoughts.stream().anyMatch(reasoning -> reasoning.opaque() == null);
                    if (plain) {
                        all = new ArrayList<>(thoughts.subList(0, 1));
                    }
                    if (text != null) {
                        all.add(ContentPart.Text.of(text));
                    }
                    if (refusal != null) {
                        all.add(new ContentPart.Refusal(refusal));
                    }
                    all.addAll(numbered(calls));
                    return List.copyOf(all);
                });
        Arbitrary<Long> counts = Arbitraries.longs().between(0, 1_000_000);
        Arbitrary<Usage> usages = Combinators.combine(counts, counts, counts, counts, counts)
                .as((a, b, c, d, e) -> new Usage(a, b, c, d, e, Usage.NO_COST, true));
        return Combinators.combine(
                        parts,
                        Arbitraries.of(FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER),
                        usages,
                        counts.injectNull(0.2))
                .as((all, finishReason, usage, created) -> new ChatResponse(
                        "id-1",
                        "m-1",
                        created == null ? 0 : created,
                        all,
                        all.stream().anyMatch(ContentPart.ToolCall.class::isInstance)
                                ? FinishReason.TOOL_CALLS
                                : finishReason,
                        null,
                        List.of(),
                        usage));
    }

    /** The response as a provider might stream it. */
    public static List<ResponseEvent> events(ChatResponse response, long seed) {
        Random random = new Random(seed);
        List<ResponseEvent> events = new ArrayList<>();
        events.add(new ResponseEvent.Started(response.id(), response.model(), response.created()));
        int call = 0;
        for (ContentPart part : response.parts()) {
            if (part instanceof ContentPart.Text text) {
                pieces(text.text(), random).forEach(piece -> events.add(ResponseEvent.TextDelta.of(piece)));
                for (Citation citation : text.citations()) {
                    events.add(new ResponseEvent.CitationAdded(citation));
                }
            } else if (part instanceof ContentPart.Refusal refusal) {
                pieces(refusal.text(), random).forEach(piece -> events.add(new ResponseEvent.RefusalDelta(piece)));
            } else if (part instanceof ContentPart.Reasoning reasoning) {
                pieces(reasoning.text(), random).forEach(piece -> events.add(new ResponseEvent.ReasoningDelta(piece)));
                events.add(
                        reasoning.opaque() == null
                                ? new ResponseEvent.PartEnded()
                                : new ResponseEvent.ReasoningSigned(reasoning.opaque()));
            } else if (part instanceof ContentPart.ToolCall wanted) {
                int number = call++;
                events.add(new ResponseEvent.ToolCallStarted(number, wanted.id(), wanted.name(), wanted.signature()));
                pieces(wanted.arguments(), random)
                        .forEach(piece -> events.add(new ResponseEvent.ToolCallDelta(number, piece)));
                events.add(new ResponseEvent.ToolCallEnded(number));
            }
        }
        events.add(new ResponseEvent.UsageReported(response.usage()));
        events.add(new ResponseEvent.Finished(response.finishReason(), null));
        return events;
    }

    private static List<String> pieces(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = from + 1 + random.nextInt(text.length() - from);
            if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.of("a", "Hello ", "\"\\\n\t\u0001", "\u2600", "\ud83d\ude00", "None", "x\u007f", "null")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(list -> String.join("", list))
                .filter(text -> !text.isBlank());
    }

    private static Arbitrary<ContentPart.Reasoning> reasoning() {
        Arbitrary<ContentPart.OpaqueReasoning> seals = Arbitraries.of(
                new ContentPart.OpaqueReasoning("anthropic-messages", null, "SIG==", null),
                new ContentPart.OpaqueReasoning("openai-responses", "rs_1", null, "ENC=="),
                new ContentPart.OpaqueReasoning("gemini", null, "SIG", "ENC"),
                new ContentPart.OpaqueReasoning("openai-chat", "x", "anthropic-claude-v1 SIG", null));
        return Combinators.combine(texts(), seals.injectNull(0.3)).as(ContentPart.Reasoning::new);
    }

    private static Arbitrary<ContentPart.ToolCall> calls() {
        return Combinators.combine(
                        Arbitraries.of("f", "get_w"),
                        Arbitraries.of("{}", "{\"c\":\"Paris\"}", "{\"c\": [1, 2.50]", "\u2600"))
                .as((name, arguments) -> ContentPart.ToolCall.of("", name, arguments));
    }

    private static List<ContentPart> numbered(List<ContentPart.ToolCall> calls) {
        List<ContentPart> numbered = new ArrayList<>();
        for (ContentPart.ToolCall call : calls) {
            numbered.add(ContentPart.ToolCall.of("call_" + numbered.size(), call.name(), call.arguments()));
        }
        return numbered;
    }

    private static Arbitrary<ChatMessage> messages() {
        Arbitrary<ContentPart> text = texts().map(ContentPart.Text::of);
        Arbitrary<ContentPart> shown = Arbitraries.of(
                new ContentPart.Image(ContentPart.Source.ofUrl("https://example.org/a.png"), "low", null),
                new ContentPart.Image(ContentPart.Source.ofUrl("data:image/png;base64,AAAA"), null, null),
                new ContentPart.Audio(new ContentPart.Source("audio/wav", "UklG", null, null), "wav"),
                new ContentPart.Document(new ContentPart.Source("application/pdf", "JVBE", null, null), "a.pdf", null),
                new ContentPart.Document(new ContentPart.Source(null, null, null, "file-1"), null, null));
        Arbitrary<List<ContentPart>> assistant = Combinators.combine(
                        text.injectNull(0.3),
                        texts().injectNull(0.7),
                        calls().list().ofMaxSize(2))
                .as((said, refusal, calls) -> {
                    List<ContentPart> all = new ArrayList<>();
                    if (said != null || calls.isEmpty() && refusal == null) {
                        all.add(said == null ? ContentPart.Text.of("ok") : said);
                    }
                    if (refusal != null) {
                        all.add(new ContentPart.Refusal(refusal));
                    }
                    all.addAll(numbered(calls));
                    return List.copyOf(all);
                });
        Arbitrary<String> names = Arbitraries.of("ann", "bob").injectNull(0.7);
        return Arbitraries.oneOf(
                Combinators.combine(
                                Arbitraries.of(Role.SYSTEM, Role.DEVELOPER),
                                text.list().ofMinSize(1).ofMaxSize(2),
                                names)
                        .as(ChatMessage::new),
                Combinators.combine(
                                Arbitraries.oneOf(text, shown)
                                        .list()
                                        .ofMinSize(1)
                                        .ofMaxSize(3),
                                names)
                        .as((parts, name) -> new ChatMessage(Role.USER, parts, name)),
                Combinators.combine(assistant, names).as((parts, name) -> new ChatMessage(Role.ASSISTANT, parts, name)),
                text.list()
                        .ofMinSize(1)
                        .ofMaxSize(2)
                        .map(parts ->
                                ChatMessage.of(Role.TOOL, new ContentPart.ToolResult("call_0", parts, false, null))));
    }

    private static Arbitrary<Tool> tools() {
        return Arbitraries.of(
                new Tool.Function("f", null, null, null, null),
                new Tool.Function("get_w", "Weather", SCHEMA, true, null),
                new Tool.Native(
                        "openai-chat",
                        "custom",
                        Json.readOrNull("{\"type\":\"custom\",\"custom\":{\"name\":\"sql\"}}")));
    }

    private static String name(Tool tool) {
        return tool instanceof Tool.Function function ? function.name() : "sql";
    }

    private static Arbitrary<ResponseFormat> formats() {
        return Arbitraries.of(
                ResponseFormat.TEXT,
                ResponseFormat.JSON_OBJECT,
                new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "w", "d", SCHEMA, true),
                new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "w", null, SCHEMA, null));
    }

    private static Arbitrary<Map<String, ChatParameter>> params() {
        Map<String, ChatParameter> all = new LinkedHashMap<>();
        all.put(ChatParameter.MAX_TOKENS, param("max_completion_tokens", "300"));
        all.put(ChatParameter.TEMPERATURE, param(ChatParameter.TEMPERATURE, "0.50"));
        all.put(ChatParameter.STOP, param(ChatParameter.STOP, "[\"a\",\"b\"]"));
        all.put(ChatParameter.SEED, param(ChatParameter.SEED, "12345678901234567890123"));
        all.put(ChatParameter.LOGIT_BIAS, param(ChatParameter.LOGIT_BIAS, "{\"1\":-100}"));
        all.put("web_search_options", param("web_search_options", "{}"));
        return Arbitraries.of(all.keySet()).set().map(names -> {
            Map<String, ChatParameter> some = new LinkedHashMap<>();
            names.forEach(name -> some.put(name, all.get(name)));
            return some;
        });
    }

    private static ChatParameter param(String clientName, String json) {
        return new ChatParameter(clientName, Json.readOrNull(json));
    }
}
