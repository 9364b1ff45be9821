package dev.sluice.model;

/**
 * What is known of one exchange, written by its handlers as they learn it and read once at its end by the access log
 * and the metrics. Confined to the event loop of the client's connection until {@link #ended}, immutable by agreement
 * after. Times are {@link System#nanoTime()}; 0 means "did not happen".
 */
public final class RequestContext {

    public final String requestId;
    public final long startNanos;
    public final long startEpochMillis;

    public String method;
    public String path;
    public Surface surface;
    public Principal principal;
    /** The model as the client named it. */
    public String model;
    /** The configured route, or null when the client named {@code provider/model}. */
    public String route;

    public String provider;
    public String upstreamModel;
    public boolean stream;
    public int attempts;
    public int status;
    public String errorCode;
    public CancelCause cancelCause;
    /** What providers reported, over all attempts. */
    public Usage usage = Usage.UNKNOWN;
    /** Billionths of a US dollar over all ended attempts; -1 as soon as that of one is not known. */
    public long costNanoUsd;

    public long bytesIn;
    public long bytesOut;
    public long firstTokenNanos;
    public long endNanos;
    /** Nanoseconds spent waiting for providers, over all attempts; the rest of the total is Sluice's own. */
    public long upstreamNanos;
    /** Attempts that providers are still at work on; the exchange is settled when they, too, are over. */
    public int attemptsOpen;
    /** Parameters a provider could not take, comma separated, or null. */
    public String dropped;
    /** Who went on with a stream that was cut, {@code provider/model}, comma separated, or null. */
    public String continued;

    /** What the route's rules took out, printed as {@code email:2}; null where there are none. */
    public Object sanitized;

    public RequestContext(String requestId, long startNanos, long startEpochMillis) {
        this.requestId = requestId;
        this.startNanos = startNanos;
        this.startEpochMillis = startEpochMillis;
    }

    public boolean ended() {
        return endNanos != 0;
    }

    /** {@code ok}, {@code failed} or {@code cancelled}: the closed label of how it ended. */
    public String outcome() {
        if (cancelCause != null) {
            return "cancelled";
        }
        return errorCode == null ? "ok" : "failed";
    }
}
