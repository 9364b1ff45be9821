package dev.sluice.model;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The record of one attempt: what a row of the ledger contains. Created once, when the attempt has ended and before the
 * client sees the end of its response.
 *
 * @param requestId id of the request; identifies the row together with {@code attempt}
 * @param attempt number of the attempt, from 1
 * @param key public id of the caller's key
 * @param team the caller's team, or null
 * @param tier the caller's tier, or null
 * @param route name of the route, or null when {@code provider/model} was requested
 * @param model name of the model at the provider
 * @param surface label of the surface
 * @param usage as the provider reported it, or as estimated where {@code costSource} says so
 * @param costNanoUsd billionths of a US dollar; -1 when unknown
 * @param costSource source of cost and usage
 * @param outcome {@code ok}, {@code failed} or {@code cancelled}
 * @param errorCode why it failed, or null
 * @param status HTTP status sent by the provider or assigned to its failure
 * @param startEpochMillis start of the attempt
 * @param durationMillis time from start to end
 * @param firstTokenMillis time from start to the first output: a stream's first event with content, a complete
 *     response, an open socket; -1 when there was none
 */
public record AttemptRecord(
        String requestId,
        int attempt,
        String key,
        String team,
        String tier,
        String route,
        String provider,
        String model,
        String surface,
        Usage usage,
        long costNanoUsd,
        CostSource costSource,
        String outcome,
        String errorCode,
        int status,
        long startEpochMillis,
        long durationMillis,
        long firstTokenMillis) {

    /** The source of a cost, which says how reliable it is. */
    public enum CostSource {
        /** The cost was reported by the provider. */
        REPORTED,
        /** Tokens reported by the provider times the configured prices. */
        COMPUTED,
        /** Tokens were estimated by Sluice, because the provider did not report them. */
        ESTIMATED,
        /** No price is known. */
        UNKNOWN,
        /** The attempt was not billed. */
        NONE
    }

    /**
     * The longest texts, in bytes of UTF-8. All of them together fit into a row of a PostgreSQL index, which has at
     * most 2,704 bytes. The accounts of budgets, {@code key} and {@code team}, have room for the longest that tokens
     * may name, so that they are never cut.
     */
    private static final int MAX_KEY = 800;

    private static final int MAX_TEAM = 400;
    private static final int MAX_TIER = 400;
    private static final int MAX_ROUTE = 200;
    private static final int MAX_PROVIDER = 100;
    private static final int MAX_MODEL = 500;
    private static final int MAX_WORD = 64;

    /** A million US dollars: no attempt costs more, and sums of such costs fit into a {@code long}. */
    public static final long MAX_COST_NANO_USD = 1_000_000_000_000_000L;

    /** Bytes of UTF-8 for each char, at most. */
    private static final int CHAR_BYTES = 3;

    public AttemptRecord {
        key = bounded(key, MAX_KEY);
        team = bounded(team, MAX_TEAM);
        tier = bounded(tier, MAX_TIER);
        route = bounded(route, MAX_ROUTE);
        provider = bounded(provider, MAX_PROVIDER);
        model = bounded(model, MAX_MODEL);
        errorCode = bounded(errorCode, MAX_WORD);
        costNanoUsd = Math.min(costNanoUsd, MAX_COST_NANO_USD);
    }

    /** Texts beyond the limit get a hash at their end, so that two of them remain two. */
    private static String bounded(String text, int maxBytes) {
        if (text == null || text.length() * CHAR_BYTES <= maxBytes) {
            return text;
        }
        return text.getBytes(StandardCharsets.UTF_8).length <= maxBytes ? text : cut(text, maxBytes);
    }

    private static String cut(String text, int maxBytes) {
        String hash = "~" + HexFormat.of().toHexDigits(StableHash.of(text));
        int end = Math.min(text.length(), (maxBytes - hash.length()) / CHAR_BYTES);
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + hash;
    }

    /** The same record with another name of its model. */
    public AttemptRecord withModel(String name) {
        return new AttemptRecord(
                requestId,
                attempt,
                key,
                team,
                tier,
                route,
                provider,
                name,
                surface,
                usage,
                costNanoUsd,
                costSource,
                outcome,
                errorCode,
                status,
                startEpochMillis,
                durationMillis,
                firstTokenMillis);
    }
}
