package dev.sluice.quota;

import dev.sluice.model.Budget;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import java.time.Instant;

/** What is said to who may not: whose limit it is, how much it is, and when it is worth asking again. */
final class QuotaErrors {

    private QuotaErrors() {}

    static GatewayError rate(EffectiveLimits limits, LimitUnit unit, long asked, long used, long waitMillis) {
        long limit = limits.of(unit);
        String who = limits.sayer(unit);
        if (asked > limit) {
            return GatewayError.of(
                            Kind.TOO_LARGE,
                            who + ": this request may use up to " + unit.count(asked) + ", and " + limit
                                    + " a minute are all there is (expected: a shorter prompt, or a lower limit on"
                                    + " the completion)")
                    .withCode("request_above_limit");
        }
        String message = unit == LimitUnit.REQUESTS
                ? who + ": " + unit.count(limit) + " a minute " + are(limit) + " used up; next in " + waitMillis + " ms"
                : who + ": " + used + " of " + unit.count(limit) + " a minute are used and this request may use "
                        + asked + "; enough in " + waitMillis + " ms";
        return GatewayError.of(Kind.RATE_LIMITED, message).withRetryAfter(waitMillis);
    }

    static GatewayError concurrency(EffectiveLimits limits) {
        long limit = limits.concurrency();
        return GatewayError.of(
                        Kind.RATE_LIMITED,
                        limits.concurrencySayer() + ": " + limit + (limit == 1 ? " request" : " requests") + " at once "
                                + are(limit) + " under way; next when one has ended")
                .withCode("concurrency_limit_exceeded");
    }

    static GatewayError budget(BudgetConstraint constraint, long nanoUsd, long epochMillis) {
        BudgetLine line = constraint.tightest();
        long spent = constraint.budgetAccount().spent();
        long end = constraint.budgetAccount().endEpochMillis();
        boolean ends = line.budget().period() != Budget.Period.LIFETIME;
        GatewayError error = GatewayError.of(
                        Kind.QUOTA_SPENT,
                        line.who() + ": this request may cost up to " + Budget.usd(nanoUsd) + " USD, and of "
                                + of(line.budget()) + " " + Budget.usd(spent) + " are spent and "
                                + Budget.usd(
                                        Math.max(0, constraint.budgetAccount().reserved())) + " reserved; "
                                + (ends ? "it begins anew at " + Instant.ofEpochMilli(end) : "it does not begin anew"))
                .withCode("budget_exceeded");
        return ends ? error.withRetryAfter(Math.max(0, end - epochMillis)) : error;
    }

    static GatewayError priceUnknown(String model, BudgetLine line) {
        return GatewayError.of(
                        Kind.PERMISSION,
                        "nobody knows what model " + model + " costs, and " + line.who()
                                + " has a budget (expected: a price in model_info, or server.unknown_price: flag)")
                .withCode("price_unknown")
                .withParam("model");
    }

    static GatewayError over() {
        return GatewayError.of(Kind.TIMEOUT, "the exchange is over: nothing more is reserved for it");
    }

    static String warning(BudgetLine line, long spent) {
        return line.who() + ": " + Budget.usd(spent) + " of " + of(line.budget()) + " are spent";
    }

    /** {@code key ci}, {@code team core}, {@code tier gold (key ci)}. */
    static String who(QuotaScope scope, String name, String key) {
        return scope.label() + " " + name + (scope == QuotaScope.TIER ? " (key " + key + ")" : "");
    }

    /** {@code 10 USD a month}, {@code 10 USD in all}. */
    private static String of(Budget budget) {
        return Budget.usd(budget.nanoUsd()) + " USD "
                + switch (budget.period()) {
                    case DAY -> "a day";
                    case WEEK -> "a week";
                    case MONTH -> "a month";
                    case LIFETIME -> "in all";
                };
    }

    private static String are(long count) {
        return count == 1 ? "is" : "are";
    }
}
