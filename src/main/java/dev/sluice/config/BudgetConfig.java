package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.model.Budget;

/** A budget of a key, team or tier. */
public record BudgetConfig(
        @Key(value = "US dollars.", required = true, min = 0, max = 1000000000)
        double usd,

        @Key(
                value = "How often the budget is reset (UTC): day, week (Monday), month, or lifetime for never.",
                was = "per",
                or = "month")
        Budget.Period period,

        @Key(value = "Share of the budget from which callers are warned.", or = "0.8", min = 0, max = 1)
        double warnAt,

        @Key(value = "true: refuse requests that might exceed the budget; false: only warn.", or = "true")
        boolean hard,

        @Key(
                value = "What a hard budget does with requests whose cost cannot be counted: passthrough, batches,"
                        + " models without a known price. refuse: they are refused; allow: they are admitted, and"
                        + " reported usage is charged.",
                or = "refuse")
        Budget.Uncounted uncounted) {

    private static final double NANOS = 1e9;

    /** A budget that, if hard, refuses what cannot be counted. */
    public BudgetConfig(double usd, Budget.Period period, double warnAt, boolean hard) {
        this(usd, period, warnAt, hard, Budget.Uncounted.REFUSE);
    }

    public Budget budget() {
        return new Budget(Math.round(usd * NANOS), period, warnAt, hard, uncounted);
    }
}
