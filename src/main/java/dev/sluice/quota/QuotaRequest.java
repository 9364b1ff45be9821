package dev.sluice.quota;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.Principal;
import java.util.List;

/**
 * The most that one request may use, as known before its first attempt.
 *
 * @param caller the caller
 * @param route the requested route, or null when the request names {@code provider/model}
 * @param targets all targets that may be tried, fallbacks included: the reservation covers the most expensive; never
 *     empty
 * @param promptTokens the prompt's tokens, counted or estimated: reserved in token limits
 * @param maxPromptTokens an upper bound of what the provider counts: cost is reserved for it; at least
 *     {@code promptTokens}. Budgets hold as far as this bound does
 * @param completionCap the request's own limit on each completion, in tokens; 0 when it has none
 * @param choices the number of completions requested, at least 1
 * @param hasCompletion whether a completion is billed at all: embeddings have none
 * @param completionEstimated whether {@code completionCap} is an estimate, as for images and transcripts: cost is
 *     reserved for it, but no tokens of a limit per minute
 * @param uncounted what of the request cannot be counted, for messages: such as {@code /passthrough}; null when its
 *     cost can be reserved or is charged by known prices
 * @param lifetimeMillis the request's deadline; a reservation that is still open some time after it is closed by
 *     {@link Quota#sweep}
 */
public record QuotaRequest(
        Principal caller,
        String route,
        List<PricedTarget> targets,
        long promptTokens,
        long maxPromptTokens,
        long completionCap,
        int choices,
        boolean hasCompletion,
        boolean completionEstimated,
        String uncounted,
        long lifetimeMillis) {

    /**
     * A target that may be tried.
     *
     * @param prices of the model at this provider
     * @param maxCompletion the model's maximum completion in tokens; 0 when unknown
     */
    public record PricedTarget(String provider, String model, ModelPrices prices, long maxCompletion) {

        /** For messages. */
        String name() {
            return provider + '/' + model;
        }
    }

    private static final long MAX_TOKENS = 1L << 34;
    private static final int MAX_CHOICES = 1 << 16;

    public QuotaRequest {
        promptTokens = bounded(promptTokens);
        maxPromptTokens = Math.max(promptTokens, bounded(maxPromptTokens));
        completionCap = bounded(completionCap);
        choices = Math.min(Math.max(1, choices), MAX_CHOICES);
    }

    boolean uncapped() {
        return hasCompletion && completionCap == 0;
    }

    /** The request's limit on all completions together, in tokens. */
    long completion() {
        return bounded(completionCap * choices);
    }

    /** Bounds values chosen by clients, so that sums do not overflow. */
    private static long bounded(long tokens) {
        return Math.min(Math.max(0, tokens), MAX_TOKENS);
    }
}
