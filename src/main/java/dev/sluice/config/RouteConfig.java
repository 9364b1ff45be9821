package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.model.Strictness;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A public model name and the targets behind it. */
public record RouteConfig(
        @Key(value = "How targets are ordered for each request.", or = "priority")
        Strategy strategy,

        @Key(
                value = "What stays with one target while it is healthy: a session (x-sluice-session, else the"
                        + " request's prompt_cache_key or user) or a prefix (the prompt's beginning).",
                or = "none")
        Sticky sticky,

        @Key(value = "The targets.", required = true) List<TargetConfig> targets,

        @Key("Routes or provider/model names to try in order when every target has failed.")
        List<String> fallbacks,

        @Key("Fallbacks for specific causes. They replace the rest of the plan.")
        FallbacksOn fallbacksOn,

        @Key("Timeouts of this route, where they differ from its providers'.")
        TimeoutOverrides timeouts,

        @Key(
                value = "error: the client receives an error event; hold: the beginning is buffered, so that early"
                        + " failures fail over invisibly; continue: the next target continues the stream.",
                or = "error")
        OnStreamFailure onStreamFailure,

        @Key("With on_stream_failure hold: how much is buffered.")
        Hold hold,

        @Key("Additional attempts in parallel to a slow first one.")
        Hedge hedge,

        @Key("Which dropped parameters make a request fail, where it differs from server.strict.")
        Strictness strict,

        @Key("Limits of this route, shared by all callers.") LimitsConfig limits,
        @Key("What is removed from prompts and responses.") SanitizeConfig sanitize) {

    /** Whether a target or a fallback is this model. */
    boolean names(String provider, String model) {
        return targets.stream()
                        .anyMatch(target -> target.provider().equals(provider)
                                && target.model().equals(model))
                || Stream.of(
                                fallbacks,
                                fallbacksOn.contextWindow(),
                                fallbacksOn.contentFilter(),
                                fallbacksOn.rateLimit())
                        .anyMatch(names -> names.contains(provider + "/" + model));
    }

    /** The same route with other targets and fallbacks. */
    public RouteConfig with(List<TargetConfig> targets, List<String> fallbacks, FallbacksOn fallbacksOn) {
        return new RouteConfig(
                strategy,
                sticky,
                targets,
                fallbacks,
                fallbacksOn,
                timeouts,
                onStreamFailure,
                hold,
                hedge,
                strict,
                limits,
                sanitize);
    }

    /** The same route with another strategy, and not sticky. */
    public RouteConfig withStrategy(Strategy other) {
        return new RouteConfig(
                other,
                Sticky.NONE,
                targets,
                fallbacks,
                fallbacksOn,
                timeouts,
                onStreamFailure,
                hold,
                hedge,
                strict,
                limits,
                sanitize);
    }

    /** How targets are ordered. */
    public enum Strategy {
        PRIORITY,
        WEIGHTED,
        ROUND_ROBIN,
        LEAST_BUSY,
        LATENCY,
        COST
    }

    /** Which requests stay with one target. */
    public enum Sticky {
        NONE,
        SESSION,
        PREFIX
    }

    /** Handling of a stream that fails before its end. */
    public enum OnStreamFailure {
        ERROR,
        HOLD,
        CONTINUE
    }

    /** One entry of {@code targets}: one model of one provider. */
    public record TargetConfig(
            @Key(value = "A provider in this file.", required = true)
            String provider,

            @Key(
                    value = "The provider's name of the model. In a route with * in its name, * stands for the"
                            + " requested name.",
                    required = true)
            String model,

            @Key(
                    value = "Share of the traffic, with strategy weighted or least_busy, or where requests are sticky."
                            + " 0: only if the other targets fail.",
                    or = "1",
                    min = 0,
                    max = 1000)
            int weight) {}

    /** Fallbacks by cause: routes or provider/model names. */
    public record FallbacksOn(
            @Key("When the prompt is too long for the target.")
            List<String> contextWindow,

            @Key("When the target's content filter refused the request.")
            List<String> contentFilter,

            @Key("When the target is throttled.") List<String> rateLimit) {}

    /** Timeouts that override those of the providers; null where the provider's applies. */
    public record TimeoutOverrides(
            @Key(value = "To the response headers of a stream.", min = 10, max = 3600000)
            Duration firstByte,

            @Key(value = "To the first event with content of a stream.", min = 10, max = 3600000)
            Duration firstToken,

            @Key(value = "Between two reads of a response body.", min = 10, max = 3600000)
            Duration idle,

            @Key(
                    value = "To the response headers of a response that is not streamed.",
                    was = "whole",
                    min = 10,
                    max = 3600000)
            Duration response,

            @Key(value = "The whole request, over all attempts.", min = 10, max = 86400000)
            Duration total) {}

    /** How much of a stream is buffered. It is released when the first limit is reached. */
    public record Hold(
            @Key(value = "Maximum number of buffered events.", was = "tokens", or = "16", min = 1, max = 100000)
            int events,

            @Key(value = "Maximum buffering time, from the first event.", or = "2s", min = 1, max = 600000)
            Duration within,

            @Key(value = "Buffer the whole stream: the client gets a complete response or none.", or = "false")
            boolean all) {}

    /** Hedging: when additional attempts are sent in parallel to a slow one, and how many. */
    public record Hedge(
            @Key(
                    value = "How long the first attempt may be silent before another one starts.",
                    required = true,
                    min = 1,
                    max = 600000)
            Duration after,

            @Key(value = "Maximum number of additional attempts.", or = "1", min = 1, max = 3)
            int max) {}
}
