package dev.sluice.config;

import dev.sluice.binding.Key;

/** Limits and budget that the keys of a team share. */
public record TeamConfig(
        @Key(value = "Limits that the team's keys share.", wasFlat = true)
        LimitsConfig limits,

        @Key("Budget that the team's keys share.") BudgetConfig budget) {}
