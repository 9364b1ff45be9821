package dev.sluice.quota;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.Principal;
import java.util.List;

/**
 * What a request may use, at most, as it is known before the dispatch.
 *
 * @param who is asking
 * @param route that it asked for, or null when it asked for {@code provider/model}
 * @param targets whoever may be asked for it, fallbacks too: the reservation covers the dearest; never empty
 * @param promptTokens the prompt's tokens, as well as they can be counted here: what token limits reserve
 * @param promptAtMost tokens that the provider will not count more of: what money is reserved for; at least
 *     {@code promptTokens}. A budget holds as well as this does
 * @param completionCap the request's own limit on each completion, in tokens; 0 when it has none
 * @param choices how many completions it asks for, at least 1
 * @param completes whether there is a completion to pay for at all: embeddings have none
 * @param lifeMillis after which the exchange must be over; a grant nobody closed is closed some time later
 */
public record QuotaRequest(
        Principal who,
        String route,
        List<Target> targets,
        long promptTokens,
        long promptAtMost,
        long completionCap,
        int choices,
        boolean completes,
        long lifeMillis) {

    /**
     * Who may be asked.
     *
     * @param prices there
     * @param maxCompletion the most tokens the model completes with, 0 when not known
     */
    public record Target(String provider, String model, ModelPrices prices, long maxCompletion) {

        /** For messages. */
        String name() {
            return provider + '/' + model;
        }
    }

    private static final long MOST_TOKENS = 1L << 34;
    private static final int MOST_CHOICES = 1 << 16;

    public QuotaRequest {
        promptTokens = bounded(promptTokens);
        promptAtMost = Math.max(promptTokens, bounded(promptAtMost));
        completionCap = bounded(completionCap);
        choices = Math.min(Math.max(1, choices), MOST_CHOICES);
    }

    boolean uncapped() {
        return completes && completionCap == 0;
    }

    /** The most tokens of all completions together, as far as the request says. */
    long completion() {
        return bounded(completionCap * choices);
    }

    /** What a client claims is believed only within reason, so that no sum of it overflows. */
    private static long bounded(long tokens) {
        return Math.min(Math.max(0, tokens), MOST_TOKENS);
    }
}
