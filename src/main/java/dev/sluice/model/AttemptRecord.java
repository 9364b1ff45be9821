package dev.sluice.model;

/**
 * What one attempt was and cost: a row of the ledger. Made once, when the attempt has ended and before the client sees
 * the end of its answer.
 *
 * @param requestId of the exchange; with {@code attempt} it names the row
 * @param attempt from 1
 * @param key public id of who asked
 * @param team its team, or null
 * @param tier its tier, or null
 * @param route the route's name, or null when {@code provider/model} was asked for
 * @param model the model's name at the provider
 * @param surface label of the surface
 * @param usage as the provider reported it, or as estimated where {@code costSource} says so
 * @param costNanoUsd billionths of a US dollar; -1 when unknown
 * @param costSource where cost and usage come from
 * @param outcome {@code ok}, {@code failed} or {@code cancelled}
 * @param errorCode why it failed, or null
 * @param status HTTP status that the provider sent or that stands for its failure
 * @param startEpochMillis when it began
 * @param durationMillis from there to its end
 * @param firstTokenMillis from there to the first of its answer: a stream's first event, a whole answer, an open
 *     socket; -1 when none came
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

    /** How much a cost is worth. */
    public enum CostSource {
        /** The provider said what it cost. */
        REPORTED,
        /** The provider's count of tokens times the price table. */
        COMPUTED,
        /** Tokens were counted here, because the provider did not say. */
        ESTIMATED,
        /** Nobody knows the price. */
        UNKNOWN,
        /** The attempt was not billed. */
        NONE
    }
}
