package dev.sluice.observe;

import dev.sluice.config.LogConfig;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * The access log line of one exchange. Its time is the end of the exchange; subtract {@code duration_ms} for the start.
 */
final class AccessLine {

    static final String LOGGER = "access";

    /** Longest text taken from a client; the rest is cut. */
    private static final int MAX_TEXT = 256;

    private static final double NANOS_PER_MICRO = 1e3;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String PASSTHROUGH = Surface.PASSTHROUGH.path() + "/";
    private static final String MODEL_BY_ID = Surface.MODELS.path() + "/";
    private static final String GOOGLE_MODELS = "/v1beta/models/";
    private static final Set<String> KNOWN_PATHS = knownPaths();

    private AccessLine() {}

    static void write(RequestContext exchange, LogConfig.Format format, ByteArrayOutputStream out) {
        long durationNanos = exchange.endNanos - exchange.startNanos;
        long endMillis = exchange.startEpochMillis + durationNanos / NANOS_PER_MILLI;
        LogLine line = LogLine.begin(format, out, endMillis, "INFO", LOGGER)
                .put("request_id", clip(exchange.requestId))
                .put("key_id", exchange.principal == null ? null : exchange.principal.id())
                .put("team", exchange.principal == null ? null : exchange.principal.team())
                .put("method", clip(exchange.method))
                .put(
                        "path",
                        exchange.surface != null && exchange.surface.modelInPath()
                                ? exchange.surface.path()
                                : path(exchange.path))
                .put("endpoint", exchange.surface == null ? null : exchange.surface.label())
                .put("route", exchange.route)
                .put("model", clip(exchange.model))
                .put("provider", exchange.provider)
                .put("upstream_model", clip(exchange.upstreamModel))
                .put("status", exchange.status)
                .put("outcome", exchange.outcome())
                .put("error_code", clip(exchange.errorCode))
                .put("cancel_cause", exchange.cancelCause == null ? null : exchange.cancelCause.label())
                .put("attempts", exchange.attempts)
                .put("stream", exchange.stream);
        if (exchange.firstTokenNanos != 0) {
            line.put("first_token_ms", (exchange.firstTokenNanos - exchange.startNanos) / NANOS_PER_MILLI);
        }
        line.put("duration_ms", durationNanos / NANOS_PER_MILLI).put("overhead_ms", micros(overhead(exchange)));
        Usage usage = exchange.usage;
        if (usage.known()) {
            line.put("prompt_tokens", usage.promptTokens())
                    .put("completion_tokens", usage.completionTokens())
                    .put("cached_tokens", usage.cachedTokens());
        }
        line.put("bytes_in", exchange.bytesIn)
                .put("bytes_out", exchange.bytesOut)
                .put("dropped", clip(exchange.dropped))
                .put("continued", clip(exchange.continued))
                .put("sanitized", sanitized(exchange))
                .end();
    }

    /** Milliseconds to three places: Sluice's overhead is mostly below one. */
    private static double micros(long nanos) {
        return Math.round(nanos / NANOS_PER_MICRO) / 1e3;
    }

    /** A known path, or {@code other}: URLs may contain secrets. */
    private static String path(String path) {
        if (path == null || KNOWN_PATHS.contains(path)) {
            return path;
        }
        if (path.startsWith(PASSTHROUGH)) {
            return PASSTHROUGH + "{provider}";
        }
        if (path.startsWith(GOOGLE_MODELS)) {
            return GOOGLE_MODELS + "{id}";
        }
        return path.startsWith(MODEL_BY_ID) ? MODEL_BY_ID + "{id}" : "other";
    }

    /** Sluice's own time until the response started. After that a stream takes the time of provider and client. */
    private static long overhead(RequestContext exchange) {
        long began = exchange.firstTokenNanos == 0 ? exchange.endNanos : exchange.firstTokenNanos;
        return Math.max(0, began - exchange.startNanos - exchange.upstreamNanos);
    }

    private static String sanitized(RequestContext exchange) {
        String found = exchange.sanitized == null ? "" : exchange.sanitized.toString();
        return found.isEmpty() ? null : found;
    }

    private static String clip(String text) {
        return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    private static Set<String> knownPaths() {
        Set<String> paths = new HashSet<>(ProbeHandlers.PATHS);
        for (Surface surface : Surface.values()) {
            paths.add(surface.path());
        }
        paths.add("/v1beta/models");
        return Set.copyOf(paths);
    }
}
