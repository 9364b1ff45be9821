package dev.sluice.model;

/**
 * The facts about one exchange, written by its handlers and read at its end by the access log and the metrics. Confined
 * to the event loop of the client's connection until {@link #ended}; must not be modified after that. Times are
 * {@link System#nanoTime()}; 0 means "did not happen".
 */
public final class RequestContext {

    public final String requestId;
    public final long startNanos;
    public final long startEpochMillis;

    public String method;
    public String path;
    public Surface surface;
    public Principal principal;
    /** The model as the client named it, with its provider where the client left that out. */
    public String model;
    /** The configured route, or null when the client named {@code provider/model}. */
    public String route;

    public String provider;
    public String upstreamModel;
    public boolean stream;
    /** Whether the client reads a stream as one JSON array instead of events. */
    public boolean jsonArray;

    public int attempts;
    public int status;
    public String errorCode;
    public CancelCause cancelCause;
    /** Usage reported by providers, summed over all attempts. */
    public Usage usage = Usage.UNKNOWN;
    /** Cost of all ended attempts in billionths of a US dollar; -1 when the cost of any is unknown. */
    public long costNanoUsd;

    public long bytesIn;
    public long bytesOut;
    public long firstTokenNanos;
    public long endNanos;
    /** Nanoseconds spent waiting for providers, over all attempts; the remaining time is Sluice's own. */
    public long upstreamNanos;
    /** Attempts still running at providers; the exchange is settled when they have ended too. */
    public int attemptsOpen;
    /** Dropped parameters, comma separated, or null. */
    public String dropped;
    /** Targets that continued a stream that was cut, as {@code provider/model}, comma separated, or null. */
    public String continued;

    /** Counts of redactions by the route's rules, printed as {@code email:2}; null without rules. */
    public Object sanitized;

    public RequestContext(String requestId, long startNanos, long startEpochMillis) {
        this.requestId = requestId;
        this.startNanos = startNanos;
        this.startEpochMillis = startEpochMillis;
    }

    public boolean ended() {
        return endNanos != 0;
    }

    /** The outcome label: {@code ok}, {@code failed} or {@code cancelled}. */
    public String outcome() {
        if (cancelCause != null) {
            return "cancelled";
        }
        return errorCode == null ? "ok" : "failed";
    }
}
