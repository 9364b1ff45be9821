package dev.sluice.quota;

import dev.sluice.model.GatewayError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The result of an admission: a reservation, or a refusal.
 *
 * @param reservation the caller settles and closes it; never null, and empty when the request was refused
 * @param refusal the error for the client, or null when the request was admitted
 * @param refusedBy the scope whose limit or budget refused the request, or null
 * @param completionCap tokens to which each completion must be capped upstream, because the budget covers no more and
 *     the request sets no limit; 0 for no cap
 * @param priceUnknown a budget applies but no price is known, so that no cost is reserved
 * @param rates the state of the caller's limits, for response headers
 * @param epochMillis time of the decision
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

    /** Writes the rate limit headers of the client's protocol; none where nothing is limited. */
    public void headers(boolean anthropic, BiConsumer<String, String> header) {
        if (anthropic) {
            rates.writeAnthropic(epochMillis, header);
        } else {
            rates.writeOpenAi(header);
        }
    }

    /** The values of {@code x-sluice-budget-warning}: one for each budget past its warning threshold. */
    public List<String> warnings() {
        List<String> warnings = null;
        for (BudgetConstraint constraint : reservation.constraints()) {
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
