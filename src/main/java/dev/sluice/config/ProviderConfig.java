package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.binding.NoEffect;
import dev.sluice.binding.Secret;
import dev.sluice.catalog.Quirks;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One backend. What is not said here comes from the catalogue's entry for its type. */
public record ProviderConfig(
        @Key(value = "A type of the catalogue, openai_compatible, or simulator.", required = true)
        String type,

        @Key(
                value = "Where the API lives, with its version prefix.",
                pattern = "https?://[^\\s?#]+",
                expected = "an http or https URL without query")
        String baseUrl,

        @Key(
                value = "Azure: a dated version selects deployment URLs; leave out for /openai/v1. Anthropic: the"
                        + " anthropic-version to send; by model when left out.",
                pattern = "\\d{4}-\\d{2}-\\d{2}(-preview)?",
                expected = "YYYY-MM-DD or YYYY-MM-DD-preview")
        String apiVersion,

        @Key("Azure only: model name to deployment name.") Map<String, String> deployments,

        @Key("A pool of keys; a refused or throttled one rests alone.")
        List<ApiKey> apiKeys,

        @Key(value = "What may be asked of it; * stands for anything.", or = "[\"*\"]")
        List<String> models,

        @Key(
                value = "How long its own list of models holds, which GET /v1/models is made from; 0: never asked for.",
                or = "1h",
                min = 0,
                max = 604800000)
        Duration modelsTtl,

        @Key(value = "auto: on when every key resolves; true: a missing key is an error; false: off.", or = "auto")
        Enabled enabled,

        @Key("Headers added to every upstream request.") Map<String, String> headers,
        @Key("How long to wait for it.") Timeouts timeouts,
        @Key("Its connections.") Pool pool,
        @Key("When to stop asking it.") Breaker breaker,
        @Key("When to ask it again for the same request.") Retry retry,

        @Key("Limits of this provider, over all its callers.")
        LimitsConfig limits,

        @Key("How many requests it is given at once.") Concurrency concurrency,

        @Key("Parameters to rename, drop or default, beyond the catalogue's.")
        Quirks quirks,

        @Key(value = "Settings of type simulator.", flat = true)
        SimulatorConfig simulator) {

    /** The same provider with another pool of keys. */
    public ProviderConfig withApiKeys(List<ApiKey> keys) {
        return new ProviderConfig(
                type,
                baseUrl,
                apiVersion,
                deployments,
                keys,
                models,
                modelsTtl,
                enabled,
                headers,
                timeouts,
                pool,
                breaker,
                retry,
                limits,
                concurrency,
                quirks,
                simulator);
    }

    /** Whether a provider takes part. */
    public enum Enabled {
        AUTO,
        TRUE,
        FALSE
    }

    /** One key of the pool. */
    public record ApiKey(
            @Key(value = "The key: ${ENV} or file:/path.", required = true)
            Secret key,

            @Key(value = "Share of the traffic among the keys that are not resting.", or = "1", min = 1, max = 1000)
            int weight) {}

    /** Named timeouts of one attempt. */
    public record Timeouts(
            @Key(value = "To connect, TLS included.", or = "2s", min = 10, max = 60000)
            Duration connect,

            @Key(value = "To the response headers of a stream.", or = "30s", min = 10, max = 3600000)
            Duration firstByte,

            @Key(value = "To the first event of a stream.", or = "30s", min = 10, max = 3600000)
            Duration firstToken,

            @Key(
                    value = "Between two reads of a stream, and of a whole answer's body.",
                    or = "30s",
                    min = 10,
                    max = 3600000)
            Duration idle,

            @Key(
                    value = "To the response headers of a response that is not streamed, which come when the model is"
                            + " done.",
                    was = "whole",
                    or = "5m",
                    min = 10,
                    max = 3600000)
            Duration response,

            @Key(value = "The whole request, over all attempts.", or = "10m", min = 10, max = 86400000)
            Duration total) {}

    /** The connection pool, in total over all event loops. */
    public record Pool(
            @Key(value = "Connections at most.", or = "256", min = 1, max = 20000)
            int maxConnections,

            @Key(
                    value = "Requests waiting for a connection at most; one more is refused at once.",
                    or = "512",
                    min = 0,
                    max = 100000)
            int maxQueue,

            @Key(
                    value = "How long an idle connection is kept; stay below the provider's own.",
                    or = "15s",
                    min = 0,
                    max = 600000)
            Duration keepAlive,

            @Key(value = "auto: HTTP/2 where TLS negotiates it; false: HTTP/1.1 only.", or = "auto")
            Http2 http2) {}

    /** Use of HTTP/2 upstream. */
    public enum Http2 {
        AUTO,
        FALSE
    }

    /** The sliding window that opens the breaker. */
    @NoEffect(key = "probes", because = "a half-open breaker admits one probe at a time")
    public record Breaker(
            @Key(value = "Share of failures that opens it.", or = "0.5", min = 0.01, max = 1)
            double failureRate,

            @Key(value = "A first token later than this is slow.", or = "60s", min = 10, max = 3600000)
            Duration slowCall,

            @Key(value = "Share of slow calls that opens it.", or = "0.8", min = 0.01, max = 1)
            double slowRate,

            @Key(value = "Calls in the window before it may open.", or = "10", min = 1, max = 100000)
            int minCalls,

            @Key(value = "Length of the window.", or = "30s", min = 1000, max = 3600000)
            Duration window,

            @Key(
                    value = "How long it stays open before the probe.",
                    was = "open_for",
                    or = "15s",
                    min = 100,
                    max = 3600000)
            Duration openDuration,

            @Key(
                    value = "Random share added to open_duration, so that instances do not probe together.",
                    or = "0.2",
                    min = 0,
                    max = 1)
            double jitter,

            @Key(value = "One breaker for the provider, or one for each of its models.", was = "per", or = "provider")
            Scope scope,

            @Key(
                    value = "Ask an open provider by the free call for its models, and let it go half-open when that"
                            + " fails no more.",
                    or = "true")
            boolean activeProbe) {

        /** One for the provider, without jitter and active probes. */
        public Breaker(
                double failureRate,
                Duration slowCall,
                double slowRate,
                int minCalls,
                Duration window,
                Duration openDuration) {
            this(failureRate, slowCall, slowRate, minCalls, window, openDuration, 0, Scope.PROVIDER, false);
        }
    }

    /** What a breaker stands for. */
    public enum Scope {
        PROVIDER,
        MODEL
    }

    /** When the same provider is asked again for one request. */
    public record Retry(
            @Key(value = "Attempts at one target for one request, the first included.", or = "2", min = 1, max = 10)
            int attempts,

            @Key(
                    value = "Longest wait before the second attempt; a random share of it is waited.",
                    or = "200ms",
                    min = 0,
                    max = 60000)
            Duration backoff,

            @Key(value = "Longest wait of all; it doubles from attempt to attempt.", or = "5s", min = 0, max = 600000)
            Duration maxBackoff,

            @Key(value = "Share of the traffic that may be retries and hedges.", or = "0.2", min = 0, max = 1)
            double budget) {}

    /** A bound on what runs at once, which finds itself by the time to the first token. */
    public record Concurrency(
            @Key(value = "Whether there is one.", or = "false")
            boolean adaptive,

            @Key(value = "Where it begins.", or = "20", min = 1, max = 100000)
            int initial,

            @Key(value = "It never falls below.", or = "4", min = 1, max = 100000)
            int min,

            @Key(value = "It never rises above.", or = "1000", min = 1, max = 100000)
            int max,

            @Key(
                    value = "Requests that wait for a place; one more sheds the lowest priority.",
                    or = "100",
                    min = 0,
                    max = 100000)
            int queue,

            @Key(value = "How long a request waits for a place.", or = "1s", min = 0, max = 600000)
            Duration maxWait) {}
}
