package dev.sluice.bus;

/** Requests a health check of a provider: does it respond, and does it accept the API key? It costs no tokens. */
public record HealthCheckQuery() {

    /** The status when no request was sent. */
    public static final int NOT_SENT = -1;

    /**
     * @param healthy the provider responded and accepted the key
     * @param status the HTTP status, 0 without a response, or {@link #NOT_SENT}
     * @param millis the duration
     * @param detail the finding, for operators
     */
    public record Result(boolean healthy, int status, long millis, String detail) {}
}
