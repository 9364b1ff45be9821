package dev.sluice.quota;

import dev.sluice.model.GatewayError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What became of a request at admission.
 *
 * @param reservation what is reserved, to be settled and closed; never null, and empty when refused
 * @param refusal what the client is told, or null when it is let in
 * @param refusedBy whose limit or budget refused it, or null
 * @param completionCap tokens to which each completion must be cut upstream, because the budget pays for no more and
 *     the request says nothing itself; 0: leave the request as it is
 * @param priceUnknown a budget holds and nobody knows what this costs, so that nothing is reserved for it
 * @param rates where the caller stands with its limits now
 * @param epochMillis when this was decided
 */
public record AdmissionResult(
        Reservation reservation,
        GatewayError refusal,
        QuotaScope refusedBy,
        long completionCap,
        boolean priceUnknown,
        RateLimitHeaders rates,
        long epochMillis) {

    static final AdmissionResult FREE =
            new AdmissionResult(Reservation.NONE, null, null, 0, false, RateLimitHeaders.NONE, 0);

    public boolean admitted() {
        return refusal == null;
    }

    /** The limits, in the words of the client's protocol; nothing where nothing is limited. */
    public void headers(boolean anthropic, BiConsumer<String, String> header) {
        if (anthropic) {
            rates.writeAnthropic(epochMillis, header);
        } else {
            rates.writeOpenAi(header);
        }
    }

    /** What {@code x-sluice-budget-warning} says: of each budget that is nearly spent or more, a line; mostly none. */
    public List<String> warnings() {
        List<String> warnings = null;
        for (BudgetConstraint constraint : reservation.claims()) {
            long spent = constraint.budgetAccount().spent();
            for (BudgetLine line : constraint.lines()) {
                if (line.nearlySpent(spent)) {
                    warnings = warnings == null ? new ArrayList<>(2) : warnings;
                    warnings.add(QuotaErrors.warning(line, spent));
                }
            }
        }
        return warnings == null ? List.of() : warnings;
    }
}
