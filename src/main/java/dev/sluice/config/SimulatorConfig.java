package dev.sluice.config;

import dev.sluice.binding.Key;
import java.time.Duration;

/** Behavior of the built-in simulator. */
public record SimulatorConfig(
        @Key(value = "Simulator only: time to the first token.", or = "0ms", min = 0, max = 3600000)
        Duration firstToken,

        @Key(value = "Simulator only: time between tokens.", or = "0ms", min = 0, max = 600000)
        Duration tokenGap,

        @Key(value = "Simulator only: random share added to or subtracted from both times.", or = "0", min = 0, max = 1)
        double jitter,

        @Key(value = "Simulator only: tokens in a response of model lorem.", or = "120", min = 0, max = 1000000)
        int tokens,

        @Key(value = "Simulator only: share of requests that fail.", or = "0", min = 0, max = 1)
        double errorRate,

        @Key(
                value = "Simulator only: the fault, for example status-503, reset, stall, cut, malformed.",
                or = "status-503")
        String errorKind,

        @Key(
                value = "Simulator only: let a request choose its fault by model name or by the header"
                        + " x-sluice-simulate.",
                or = "false")
        boolean steerable) {}
