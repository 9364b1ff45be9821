package dev.sluice.contract;

import dev.sluice.contract.Cell.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to become of everything that is asked for: {@code ok} passed as asked, {@code drop} named in
 * {@code x-sluice-dropped}, {@code ref} refused with a 400 that names it, {@code -} not offered by the provider or not
 * in the API's words. A cell may get better only here, and worse nowhere.
 *
 * <p>Why some are not ok: Anthropic, Perplexity, Mistral and Groq's chat know no logprobs. Perplexity takes 16 tokens
 * at the least and no stop sequences. Reasoning models of xAI refuse stop sequences. DeepSeek has no JSON schema.
 * OpenAI shows thoughts on Responses alone, which a dated Azure version does not offer: there a client of Messages has
 * the parameter that asks for them dropped. Providers without a refusal format refuse in plain text.
 */
final class Expected {

    private static final String CHAT = """
                    text tx~  tool to~  conv visn json reas re~  cite logp refu cach max  stop sys  uni
        openai      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
        azure       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
        azure-dated ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
        anthropic   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   drop ok   ok   ok   ok   ok   ok
        cohere      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok
        perplexity  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   drop -    ok   drop drop ok   ok
        grok        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ref  ok   ok
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
        grok        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ref  ok   ok
        gemini      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    ok   ok   ok   ok   ok
        blackbox    ok   ok   ok   ok   ok   ok   ok   -    -    ok   -    ok   ok   ok   ok   ok   ok
        openrouter  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   -    ok   ok   ok   ok   ok   ok
        mistral     ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    -    ok   ok   ok   ok   ok
        groq        ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    -    ok   ok   ok   ok   ok
        deepseek    ok   ok   ok   ok   ok   ok   ref  ok   ok   -    -    -    ok   ok   ok   ok   ok
        yaml-alone  ok   ok   ok   ok   ok   ok   ok   ok   ok   -    -    -    ok   ok   ok   ok   ok
        """;

    /** In the order of {@link Media}; {@code .} is offered, but there is no stand-in for it. */
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

    static Map<String, Map<Media, Outcome>> media() {
        return table(MEDIA, Media.class);
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
            case "." -> Outcome.UNTRIED;
            default -> throw new IllegalArgumentException(word + " (expected: ok, rec, ref, - or .)");
        };
    }

    private Expected() {}
}
