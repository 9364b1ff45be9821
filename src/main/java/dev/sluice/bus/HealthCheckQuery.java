package dev.sluice.bus;

/** Asks a provider's verticle for a free call that spends no tokens: does it answer, and does it take the key? */
public record HealthCheckQuery() {

    /** The status where nobody could be asked. */
    public static final int UNASKED = -1;

    /**
     * @param healthy it answered, and took the key
     * @param status the HTTP status, 0 when none came, {@link #UNASKED}
     * @param millis how long it took
     * @param detail what was found, for people
     */
    public record Result(boolean healthy, int status, long millis, String detail) {}
}
