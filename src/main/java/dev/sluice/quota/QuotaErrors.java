package dev.sluice.quota;

import dev.sluice.model.Budget;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import java.time.Instant;

/** The errors of refused requests: the limit or budget, its owner, and when a retry can succeed. */
final class QuotaErrors {

    private QuotaErrors() {}

    static GatewayError rate(EffectiveLimits limits, LimitUnit unit, long requested, long used, long waitMillis) {
        long limit = limits.of(unit);
        String source = limits.source(unit);
        if (requested > limit) {
            return GatewayError.of(
                            Kind.TOO_LARGE,
                            source + ": this request may use up to " + unit.count(requested) + ", above the limit of "
                                    + limit
                                    + " per minute (expected: a shorter prompt, or a lower limit on the completion)")
                    .withCode("request_above_limit");
        }
        String message = unit == LimitUnit.REQUESTS
                ? source + ": the limit of " + unit.count(limit) + " per minute is reached; retry in " + waitMillis
                        + " ms"
                : source + ": " + used + " of " + unit.count(limit) + " per minute are used and this request may use "
                        + requested + "; retry in " + waitMillis + " ms";
        return GatewayError.of(Kind.RATE_LIMITED, message).withRetryAfter(waitMillis);
    }

    static GatewayError concurrency(EffectiveLimits limits) {
        long limit = limits.concurrency();
        return GatewayError.of(
                        Kind.RATE_LIMITED,
                        limits.concurrencySource() + ": the limit of " + limit + " concurrent "
                                + (limit == 1 ? "request" : "requests")
                                + " is reached; retry when one has finished")
                .withCode("concurrency_limit_exceeded");
    }

    static GatewayError budget(BudgetConstraint constraint, long nanoUsd, long epochMillis) {
        BudgetLine line = constraint.tightest();
        long spent = constraint.budgetAccount().spent();
        long end = constraint.budgetAccount().endEpochMillis();
        boolean ends = line.budget().period() != Budget.Period.LIFETIME;
        GatewayError error = GatewayError.of(
                        Kind.QUOTA_SPENT,
                        line.owner() + ": this request may cost up to " + Budget.usd(nanoUsd)
                                + " USD; of its budget of "
                                + of(line.budget()) + ", " + Budget.usd(spent) + " are spent and "
                                + Budget.usd(
                                        Math.max(0, constraint.budgetAccount().reserved())) + " reserved; "
                                + (ends
                                        ? "the next period starts at " + Instant.ofEpochMilli(end)
                                        : "a lifetime budget is never reset (expected: a higher budget)"))
                .withCode("budget_exceeded");
        return ends ? error.withRetryAfter(Math.max(0, end - epochMillis)) : error;
    }

    static GatewayError priceUnknown(String model, BudgetLine line) {
        return GatewayError.of(
                        Kind.PERMISSION,
                        "no price is configured for model " + model + ", and " + line.owner()
                                + " has a " + (line.budget().hard() ? "hard " : "")
                                + "budget (expected: a price in model_info, "
                                + (line.budget().refusesUncounted()
                                        ? "or uncounted: allow in the budget)"
                                        : "or server.unknown_price: flag)"))
                .withCode("price_unknown")
                .withParam("model");
    }

    static GatewayError uncounted(String what, BudgetLine line) {
        return GatewayError.of(
                        Kind.PERMISSION,
                        "the cost of " + what + " cannot be counted, and " + line.owner()
                                + " has a hard budget (expected: a request whose cost is known, or uncounted: allow in"
                                + " the budget)")
                .withCode("cost_uncounted");
    }

    static GatewayError requestEnded() {
        return GatewayError.of(Kind.TIMEOUT, "the request has ended: no budget is reserved for another attempt");
    }

    static String warning(BudgetLine line, long spent) {
        return line.owner() + ": " + Budget.usd(spent) + " of " + of(line.budget()) + " are spent";
    }

    /** {@code key ci}, {@code team core}, {@code tier gold (key ci)}. */
    static String label(QuotaScope scope, String name, String key) {
        return scope.label() + " " + name + (scope == QuotaScope.TIER ? " (key " + key + ")" : "");
    }

    /** {@code 10 USD per month}, {@code 10 USD in total}. */
    private static String of(Budget budget) {
        return Budget.usd(budget.nanoUsd()) + " USD "
                + switch (budget.period()) {
                    case DAY -> "per day";
                    case WEEK -> "per week";
                    case MONTH -> "per month";
                    case LIFETIME -> "in total";
                };
    }
}
