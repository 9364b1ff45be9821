package dev.sluice.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.Finish;
import dev.sluice.model.chat.OutputFormat;
import dev.sluice.model.chat.Param;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Reasoning;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.model.chat.Turn;
import dev.sluice.model.chat.Turn.Role;
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

/** Random requests and answers, of what Chat Completions can say. */
public class ChatDomain extends DomainContextBase {

    /** What the answers answer: with usage, so that nothing of it is hidden. */
    public static final ChatRequest ASKED = new ChatRequest(
            "asked", List.of(Turn.of(Role.USER, Part.Text.of("?"))), List.of(), null, null, null, Map.of(), true, true);

    private static final JsonNode SCHEMA =
            Json.readOrNull("{\"type\":\"object\",\"properties\":{\"c\":{\"type\":\"string\"}}}");

    @Provide
    Arbitrary<ChatRequest> requests() {
        return Combinators.combine(
                        turns().list().ofMinSize(1).ofMaxSize(5),
                        tools().list().ofMaxSize(2).uniqueElements(ChatDomain::name),
                        Arbitraries.of(ToolChoice.AUTO, ToolChoice.NONE, ToolChoice.REQUIRED, ToolChoice.named("f"))
                                .injectNull(0.3),
                        formats().injectNull(0.5),
                        Arbitraries.of("none", "low", "max")
                                .map(effort -> new Reasoning(effort, -1, null, "reasoning_effort"))
                                .injectNull(0.5),
                        params(),
                        Arbitraries.of(true, false))
                .as((turns, tools, choice, format, reasoning, params, stream) -> new ChatRequest(
                        "m", turns, tools, tools.isEmpty() ? null : choice, format, reasoning, params, stream, stream));
    }

    @Provide
    Arbitrary<ChatAnswer> answers() {
        Arbitrary<List<Part>> parts = Combinators.combine(
                        thoughts().list().ofMaxSize(2),
                        texts().injectNull(0.3),
                        texts().injectNull(0.8),
                        calls().list().ofMaxSize(3))
                .as((thoughts, text, refusal, calls) -> {
                    List<Part> all = new ArrayList<>(thoughts);
                    boolean plain = thoughts.stream().anyMatch(thought -> thought.seal() == null);
                    if (plain) {
                        all = new ArrayList<>(thoughts.subList(0, 1));
                    }
                    if (text != null) {
                        all.add(Part.Text.of(text));
                    }
                    if (refusal != null) {
                        all.add(new Part.Refused(refusal));
                    }
                    all.addAll(numbered(calls));
                    return List.copyOf(all);
                });
        Arbitrary<Long> counts = Arbitraries.longs().between(0, 1_000_000);
        Arbitrary<Usage> usages = Combinators.combine(counts, counts, counts, counts, counts)
                .as((a, b, c, d, e) -> new Usage(a, b, c, d, e, Usage.NO_COST, true));
        return Combinators.combine(
                        parts,
                        Arbitraries.of(Finish.STOP, Finish.LENGTH, Finish.CONTENT_FILTER),
                        usages,
                        counts.injectNull(0.2))
                .as((all, finish, usage, created) -> new ChatAnswer(
                        "id-1",
                        "m-1",
                        created == null ? 0 : created,
                        all,
                        all.stream().anyMatch(Part.ToolCall.class::isInstance) ? Finish.TOOL_CALLS : finish,
                        null,
                        List.of(),
                        usage));
    }

    /** The answer as a provider might stream it. */
    public static List<AnswerEvent> events(ChatAnswer answer, long seed) {
        Random random = new Random(seed);
        List<AnswerEvent> events = new ArrayList<>();
        events.add(new AnswerEvent.Began(answer.id(), answer.model(), answer.created()));
        int call = 0;
        for (Part part : answer.parts()) {
            if (part instanceof Part.Text text) {
                pieces(text.text(), random).forEach(piece -> events.add(AnswerEvent.TextDelta.of(piece)));
                for (Citation citation : text.citations()) {
                    events.add(new AnswerEvent.Cited(citation));
                }
            } else if (part instanceof Part.Refused refused) {
                pieces(refused.text(), random).forEach(piece -> events.add(new AnswerEvent.RefusalDelta(piece)));
            } else if (part instanceof Part.Thought thought) {
                pieces(thought.text(), random).forEach(piece -> events.add(new AnswerEvent.ThoughtDelta(piece)));
                events.add(
                        thought.seal() == null
                                ? new AnswerEvent.PartEnded()
                                : new AnswerEvent.ThoughtSealed(thought.seal()));
            } else if (part instanceof Part.ToolCall wanted) {
                int number = call++;
                events.add(new AnswerEvent.CallBegan(number, wanted.id(), wanted.name(), wanted.signature()));
                pieces(wanted.arguments(), random)
                        .forEach(piece -> events.add(new AnswerEvent.CallDelta(number, piece)));
                events.add(new AnswerEvent.CallEnded(number));
            }
        }
        events.add(new AnswerEvent.UsageSeen(answer.usage()));
        events.add(new AnswerEvent.Finished(answer.finish(), null));
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

    private static Arbitrary<Part.Thought> thoughts() {
        Arbitrary<Part.Seal> seals = Arbitraries.of(
                new Part.Seal("anthropic-messages", null, "SIG==", null),
                new Part.Seal("openai-responses", "rs_1", null, "ENC=="),
                new Part.Seal("gemini", null, "SIG", "ENC"),
                new Part.Seal("openai-chat", "x", "anthropic-claude-v1 SIG", null));
        return Combinators.combine(texts(), seals.injectNull(0.3)).as(Part.Thought::new);
    }

    private static Arbitrary<Part.ToolCall> calls() {
        return Combinators.combine(
                        Arbitraries.of("f", "get_w"),
                        Arbitraries.of("{}", "{\"c\":\"Paris\"}", "{\"c\": [1, 2.50]", "\u2600"))
                .as((name, arguments) -> Part.ToolCall.of("", name, arguments));
    }

    private static List<Part> numbered(List<Part.ToolCall> calls) {
        List<Part> numbered = new ArrayList<>();
        for (Part.ToolCall call : calls) {
            numbered.add(Part.ToolCall.of("call_" + numbered.size(), call.name(), call.arguments()));
        }
        return numbered;
    }

    private static Arbitrary<Turn> turns() {
        Arbitrary<Part> text = texts().map(Part.Text::of);
        Arbitrary<Part> shown = Arbitraries.of(
                new Part.Image(Part.Source.ofUrl("https://example.org/a.png"), "low", null),
                new Part.Image(Part.Source.ofUrl("data:image/png;base64,AAAA"), null, null),
                new Part.Audio(new Part.Source("audio/wav", "UklG", null, null), "wav"),
                new Part.Document(new Part.Source("application/pdf", "JVBE", null, null), "a.pdf", null),
                new Part.Document(new Part.Source(null, null, null, "file-1"), null, null));
        Arbitrary<List<Part>> assistant = Combinators.combine(
                        text.injectNull(0.3),
                        texts().injectNull(0.7),
                        calls().list().ofMaxSize(2))
                .as((said, refusal, calls) -> {
                    List<Part> all = new ArrayList<>();
                    if (said != null || calls.isEmpty() && refusal == null) {
                        all.add(said == null ? Part.Text.of("ok") : said);
                    }
                    if (refusal != null) {
                        all.add(new Part.Refused(refusal));
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
                        .as(Turn::new),
                Combinators.combine(
                                Arbitraries.oneOf(text, shown)
                                        .list()
                                        .ofMinSize(1)
                                        .ofMaxSize(3),
                                names)
                        .as((parts, name) -> new Turn(Role.USER, parts, name)),
                Combinators.combine(assistant, names).as((parts, name) -> new Turn(Role.ASSISTANT, parts, name)),
                text.list()
                        .ofMinSize(1)
                        .ofMaxSize(2)
                        .map(parts -> Turn.of(Role.TOOL, new Part.ToolResult("call_0", parts, false, null))));
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

    private static Arbitrary<OutputFormat> formats() {
        return Arbitraries.of(
                OutputFormat.TEXT,
                OutputFormat.JSON_OBJECT,
                new OutputFormat(OutputFormat.Kind.JSON_SCHEMA, "w", "d", SCHEMA, true),
                new OutputFormat(OutputFormat.Kind.JSON_SCHEMA, "w", null, SCHEMA, null));
    }

    private static Arbitrary<Map<String, Param>> params() {
        Map<String, Param> all = new LinkedHashMap<>();
        all.put(Param.MAX_TOKENS, param("max_completion_tokens", "300"));
        all.put(Param.TEMPERATURE, param(Param.TEMPERATURE, "0.50"));
        all.put(Param.STOP, param(Param.STOP, "[\"a\",\"b\"]"));
        all.put(Param.SEED, param(Param.SEED, "12345678901234567890123"));
        all.put(Param.LOGIT_BIAS, param(Param.LOGIT_BIAS, "{\"1\":-100}"));
        all.put("web_search_options", param("web_search_options", "{}"));
        return Arbitraries.of(all.keySet()).set().map(names -> {
            Map<String, Param> some = new LinkedHashMap<>();
            names.forEach(name -> some.put(name, all.get(name)));
            return some;
        });
    }

    private static Param param(String clientName, String json) {
        return new Param(clientName, Json.readOrNull(json));
    }
}
