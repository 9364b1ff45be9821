package dev.sluice.config;

import java.util.List;

/** A public model name and the targets behind it. */
public record RouteConfig(
        @Key(value = "How targets are ordered for each request.", or = "priority")
        Strategy strategy,

        @Key(value = "The targets.", required = true) List<Target> targets,

        @Key("Routes or provider/model names tried in order when every target failed.")
        List<String> fallbacks) {

    /** The orders of this version. */
    public enum Strategy {
        PRIORITY,
        WEIGHTED
    }

    /** One model of one provider. */
    public record Target(
            @Key(value = "A provider of this file.", required = true)
            String provider,

            @Key(value = "The model's name at that provider.", required = true)
            String model,

            @Key(value = "Share of first attempts, with strategy weighted.", or = "1", min = 0, max = 1000)
            int weight) {}
}
