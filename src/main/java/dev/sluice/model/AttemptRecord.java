package dev.sluice.model;

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
 * @param firstTokenMillis time from start to the first output: a stream's first event, a complete response, an open
 *     socket; -1 when there was none
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
}
