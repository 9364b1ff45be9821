package dev.sluice.contract;

import dev.sluice.contract.Cell.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The expected outcome of each feature: {@code ok} supported, {@code drop} named in {@code x-sluice-dropped},
 * {@code ref} rejected with a 400 that names it, {@code -} not offered by the provider or not expressible in the API. A
 * change for the better is recorded here; a change for the worse is a failure.
 *
 * <p>Why some are not ok: Anthropic, Perplexity, Mistral and Groq's chat have no logprobs. Perplexity needs at least 16
 * tokens and has no stop sequences. Reasoning models of xAI reject stop sequences. DeepSeek has no JSON schema. OpenAI
 * returns reasoning only on Responses, which a dated Azure version does not offer: there the parameter of a Messages
 * request that asks for it is dropped. Providers without a refusal format refuse in plain text.
 */
final class ExpectedOutcomes {

    private static final String CHAT = """
                    text tx~  tool to~  conv visn json reas re~  cite logp refu cach max  stop sys  uni
        openai      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
        azure       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
        azure-dated ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
        anthropic   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   drop ok   ok   ok   ok   ok   ok
        cohere      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok
        perplexity  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   drop -    ok   drop drop ok   ok
        grok        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   drop ok   ok
        gemini      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok
        blackbox    ok   ok   ok   ok   ok   ok   ok   -    -    ok   ok   ok   ok   ok   ok   ok   ok
        openrouter  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
        mistral     ok   ok   ok   ok   ok   ok   ok   ok   ok   -    drop -    ok   ok   ok   ok   ok
        groq        ok   ok   ok   ok   ok   ok   ok   ok   ok   -    drop -    ok   ok   ok   ok   ok
        deepseek    ok   ok   ok   ok   ok   ok   ref  ok   ok   -    ok   -    ok   ok   ok   ok   ok
        yaml-alone  ok   ok   ok   ok   ok   ok   ok   ok   ok   -    drop -    ok   ok   ok   ok   ok
        """;

    private static final String RESPONSES = """
                    text tx~  tool to~  conv visn json reas re~  cite logp refu cach max  stop sys  uni
        openai      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok
        azure       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok
        azure-dated ok   ok   ok   ok   ok   ok   ok   drop drop ok   ok   ok   ok   ok   -    ok   ok
        anthropic   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   drop ok   ok   ok   -    ok   ok
        cohere      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   -    ok   ok
        perplexity  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   drop -    ok   drop -    ok   ok
        grok        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok
        gemini      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   -    ok   ok
        blackbox    ok   ok   ok   ok   ok   ok   ok   -    -    ok   ok   ok   ok   ok   -    ok   ok
        openrouter  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok
        mistral     ok   ok   ok   ok   ok   ok   ok   ok   ok   -    drop -    ok   ok   -    ok   ok
        groq        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok
        deepseek    ok   ok   ok   ok   ok   ok   ref  ok   ok   -    ok   -    ok   ok   -    ok   ok
        yaml-alone  ok   ok   ok   ok   ok   ok   ok   ok   ok   -    drop -    ok   ok   -    ok   ok
        """;

    private static final String MESSAGES = """
                    text tx~  tool to~  conv visn json reas re~  cite logp refu cach max  stop sys  uni
        openai      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok   ok
        azure       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok   ok
        azure-dated ok   ok   ok   ok   ok   ok   ok   drop drop ok   -    ok   ok   ok   ok   ok   ok
        anthropic   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok   ok
        cohere      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    ok   ok   ok   ok   ok
        perplexity  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    ok   drop drop ok   ok
        grok        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   drop ok   ok
        gemini      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    ok   ok   ok   ok   ok
        blackbox    ok   ok   ok   ok   ok   ok   ok   -    -    ok   -    ok   ok   ok   ok   ok   ok
        openrouter  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok   ok
        mistral     ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    -    ok   ok   ok   ok   ok
        groq        ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    -    ok   ok   ok   ok   ok
        deepseek    ok   ok   ok   ok   ok   ok   ref  ok   ok   -    -    -    ok   ok   ok   ok   ok
        yaml-alone  ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    -    ok   ok   ok   ok   ok
        """;

    /** In the order of {@link MediaFeature}; {@code .} is offered, but has no stand-in. */
    private static final String MEDIA = """
                    emb  rank mod  img  edit say  hear film file
        openai      ok   -    ok   ok   ok   ok   ok   -    ok
        azure       ok   -    -    ok   ok   ok   ok   -    ok
        azure-dated ok   -    -    ok   ok   ok   ok   -    -
        anthropic   -    -    -    -    -    -    -    -    -
        cohere      ok   ok   -    -    -    -    -    -    -
        perplexity  ok   -    -    -    -    -    -    -    -
        grok        -    -    -    ok   ok   -    -    ok   ok
        gemini      ok   -    -    -    -    -    -    -    -
        blackbox    -    -    -    ok   -    -    -    ok   -
        openrouter  ok   ok   -    ok   -    ok   ok   ok   -
        mistral     ok   -    ok   -    -    -    .    -    -
        groq        .    -    -    -    -    .    ok   -    .
        deepseek    -    -    -    -    -    -    -    -    -
        yaml-alone  .    .    .    .    .    .    .    .    .
        """;

    /** By API, then by provider. */
    static Map<String, Map<String, Map<Feature, Outcome>>> conversations() {
        Map<String, Map<String, Map<Feature, Outcome>>> tables = new LinkedHashMap<>();
        Map.of("chat", CHAT, "responses", RESPONSES, "messages", MESSAGES)
                .forEach((api, table) -> tables.put(api, table(table, Feature.class)));
        return tables;
    }

    static Map<String, Map<MediaFeature, Outcome>> media() {
        return table(MEDIA, MediaFeature.class);
    }

    private static <E extends Enum<E>> Map<String, Map<E, Outcome>> table(String text, Class<E> columns) {
        Map<String, Map<E, Outcome>> table = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>(text.lines().toList());
        lines.removeFirst();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            Map<E, Outcome> cells = new EnumMap<>(columns);
            int at = 1;
            for (E column : columns.getEnumConstants()) {
                cells.put(column, outcome(words[at++]));
            }
            table.put(words[0], cells);
        }
        return table;
    }

    private static Outcome outcome(String word) {
        return switch (word) {
            case "ok" -> Outcome.OK;
            case "drop" -> Outcome.DROPPED;
            case "ref" -> Outcome.REFUSED;
            case "-" -> Outcome.ABSENT;
            case "." -> Outcome.UNTESTED;
            default -> throw new IllegalArgumentException(word + " (expected: ok, drop, ref, - or .)");
        };
    }

    private ExpectedOutcomes() {}
}
