package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.binding.NoEffect;
import dev.sluice.binding.Secret;
import dev.sluice.catalog.Quirks;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One provider. Absent settings are taken from the catalog's entry for its type. */
public record ProviderConfig(
        @Key(value = "A type of the catalog, openai_compatible, or simulator.", required = true)
        String type,

        @Key(
                value = "Base URL of the API. openai_compatible: with the version prefix, such as /v1.",
                pattern = "https?://[^\\s?#]+",
                expected = "an http or https URL without query")
        String baseUrl,

        @Key(
                value = "Azure: a dated version selects deployment URLs; omit it for /openai/v1. Anthropic: the"
                        + " anthropic-version to send; if omitted, chosen by model.",
                pattern = "\\d{4}-\\d{2}-\\d{2}(-preview)?",
                expected = "YYYY-MM-DD or YYYY-MM-DD-preview")
        String apiVersion,

        @Key("Azure only: model name to deployment name.") Map<String, String> deployments,

        @Key("A pool of API keys. The cooldown of a refused or throttled key affects only that key.")
        List<ApiKey> apiKeys,

        @Key(value = "Models that may be requested; * matches any text.", or = "[\"*\"]")
        List<String> models,

        @Key(
                value = "How long the provider's model list is cached for GET /v1/models; 0: never fetched.",
                or = "1h",
                min = 0,
                max = 604800000)
        Duration modelsTtl,

        @Key(value = "auto: on when every key resolves; true: a missing key is an error; false: off.", or = "auto")
        Enabled enabled,

        @Key("Headers added to every upstream request.") Map<String, String> headers,
        @Key("Timeouts of calls to this provider.") ProviderTimeouts timeouts,
        @Key("Connections to this provider.") Pool pool,

        @Key("When to stop sending requests to this provider.")
        Breaker breaker,

        @Key("When to retry a request at this provider.") Retry retry,

        @Key("Limits of this provider, shared by all callers.")
        LimitsConfig limits,

        @Key("The adaptive concurrency limit: how many parallel requests this provider receives.")
        Concurrency concurrency,

        @Key(
                value = "What the prices of tokens are multiplied by, such as 1.1 where all requests are processed in"
                        + " one region at a surcharge, or 0.9 for a discount. Prices in model_info and costs that the"
                        + " provider reports count as they are.",
                or = "1",
                min = 0,
                max = 100)
        double priceFactor,

        @Key("Parameters to rename, drop or add, in addition to those of the catalog: members of JSON bodies and"
                + " parts of forms. Requests that are passed on unread (files, batches, passthrough, realtime) keep"
                + " theirs.")
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
                priceFactor,
                quirks,
                simulator);
    }

    /** Whether a provider is enabled. */
    public enum Enabled {
        AUTO,
        TRUE,
        FALSE
    }

    /** One key of the pool. */
    public record ApiKey(
            @Key(value = "The key: ${ENV} or file:/path.", required = true)
            Secret key,

            @Key(value = "Share of the traffic among the keys that are not in cooldown.", or = "1", min = 1, max = 1000)
            int weight) {}

    /**
     * Timeouts of calls to one provider. All but {@code total} are per attempt. A route may override all but
     * {@code connect}.
     */
    public record ProviderTimeouts(
            @Key(value = "To connect, TLS included.", or = "2s", min = 10, max = 60000)
            Duration connect,

            @Key(value = "To the response headers of a stream.", or = "30s", min = 10, max = 3600000)
            Duration firstByte,

            @Key(value = "To the first event with content of a stream.", or = "30s", min = 10, max = 3600000)
            Duration firstToken,

            @Key(
                    value = "Between two reads of a response body; on a WebSocket, without progress while bytes wait"
                            + " for the provider.",
                    or = "30s",
                    min = 10,
                    max = 3600000)
            Duration idle,

            @Key(
                    value = "To the response headers of a response that is not streamed; they arrive when the model"
                            + " has finished.",
                    was = "whole",
                    or = "5m",
                    min = 10,
                    max = 3600000)
            Duration response,

            @Key(value = "The whole request, over all attempts.", or = "10m", min = 10, max = 86400000)
            Duration total) {}

    /** The connection pool, in total over all event loops. */
    public record Pool(
            @Key(value = "Maximum number of connections.", or = "256", min = 1, max = 20000)
            int maxConnections,

            @Key(
                    value = "Maximum number of requests that wait for a connection; further requests are refused at"
                            + " once.",
                    or = "512",
                    min = 0,
                    max = 100000)
            int maxQueue,

            @Key(
                    value = "How long an idle connection is kept; choose less than the provider's own timeout.",
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
            @Key(value = "Share of failed calls that opens the breaker.", or = "0.5", min = 0.01, max = 1)
            double failureRate,

            @Key(
                    value = "A call whose first token arrives later than this is slow.",
                    or = "60s",
                    min = 10,
                    max = 3600000)
            Duration slowCall,

            @Key(value = "Share of slow calls that opens the breaker.", or = "0.8", min = 0.01, max = 1)
            double slowRate,

            @Key(
                    value = "Minimum number of calls in the window before the breaker may open.",
                    or = "10",
                    min = 1,
                    max = 100000)
            int minCalls,

            @Key(value = "Length of the window.", or = "30s", min = 1000, max = 3600000)
            Duration window,

            @Key(
                    value = "How long the breaker stays open before the first probe.",
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
                    value = "While the breaker is open, test the provider with a free call (its model list), and"
                            + " make the breaker half-open when the call succeeds.",
                    or = "true")
            boolean activeProbe) {}

    /** What one breaker covers. */
    public enum Scope {
        PROVIDER,
        MODEL
    }

    /** Retries of one request at the same provider. */
    public record Retry(
            @Key(
                    value = "Maximum number of attempts at one target for one request, including the first.",
                    or = "2",
                    min = 1,
                    max = 10)
            int attempts,

            @Key(
                    value = "Maximum wait before the second attempt. The actual wait is a random part of it.",
                    or = "200ms",
                    min = 0,
                    max = 60000)
            Duration backoff,

            @Key(
                    value = "Maximum wait before any attempt. The wait doubles with each attempt.",
                    or = "5s",
                    min = 0,
                    max = 600000)
            Duration maxBackoff,

            @Key(value = "Maximum share of the traffic that may be retries and hedges.", or = "0.2", min = 0, max = 1)
            double budget) {}

    /** The adaptive concurrency limit: it follows the time to the first token. */
    public record Concurrency(
            @Key(value = "Whether the limit is on.", or = "false")
            boolean adaptive,

            @Key(value = "Initial limit.", or = "20", min = 1, max = 100000)
            int initial,

            @Key(value = "Lowest limit.", or = "4", min = 1, max = 100000)
            int min,

            @Key(value = "Highest limit.", or = "1000", min = 1, max = 100000)
            int max,

            @Key(
                    value = "Maximum number of requests that wait for a permit. If the queue is full, the request with"
                            + " the lowest priority is rejected.",
                    or = "100",
                    min = 0,
                    max = 100000)
            int queue,

            @Key(value = "Maximum time a request waits for a permit.", or = "1s", min = 0, max = 600000)
            Duration maxWait) {}
}
