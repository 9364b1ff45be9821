package dev.sluice.config;

import dev.sluice.binding.Key;

/** Limits, budget and priority that apply to each key of a tier separately. */
public record TierConfig(
        @Key(value = "Limits of each key of the tier.", wasFlat = true)
        LimitsConfig limits,

        @Key("Budget of each key of the tier.") BudgetConfig budget,

        @Key(value = "Priority when a provider is full: 0 to 9, higher is served first.", or = "5", min = 0, max = 9)
        int priority) {}
