package dev.sluice.model;

import java.util.Locale;

/**
 * The failures of attempts that Sluice itself finds and acts on. Clients see {@link #code}; Sluice reads
 * {@link GatewayError#failure}, which no response of a provider sets.
 */
public enum FailureCode {
    BREAKER_OPEN(Meaning.NOT_SENT),
    /** An operator drains the provider. */
    PROVIDER_DRAINED(Meaning.NOT_SENT),
    /** Every connection is in use and the connection pool's queue is full. */
    QUEUE_FULL(Meaning.NOT_SENT),
    /** The concurrency limit is reached and its queue is full. */
    SATURATED(Meaning.NOT_SENT),
    /** The limits configured for the provider are used up. */
    LIMITS_SPENT(Meaning.NOT_SENT),
    /** No connection: refused, unknown host, TLS. */
    UPSTREAM_UNREACHABLE(Meaning.UNREACHABLE),
    /** A kept-alive connection was closed within milliseconds of the request: the provider had closed it before. */
    STALE_CONNECTION(Meaning.OTHER),
    MALFORMED_RESPONSE(Meaning.MALFORMED),
    MALFORMED_EVENT(Meaning.MALFORMED),
    RESPONSE_TOO_LARGE(Meaning.MALFORMED),
    EVENT_TOO_LARGE(Meaning.MALFORMED),
    UNEXPECTED_CONTENT_TYPE(Meaning.MALFORMED),
    /** A stream that is held back to its end is larger than the hold buffer. */
    HELD_TOO_LARGE(Meaning.OTHER),
    /** The memory of the process, or the caller's share of it, has no room for the request or its response. */
    MEMORY_FULL(Meaning.OTHER),
    /** Too many uploads are in progress, or their files have too many bytes. */
    UPLOADS_FULL(Meaning.OTHER);

    private enum Meaning {
        NOT_SENT,
        UNREACHABLE,
        MALFORMED,
        OTHER
    }

    private final Meaning meaning;
    private final String code = name().toLowerCase(Locale.ROOT);

    FailureCode(Meaning meaning) {
        this.meaning = meaning;
    }

    /** The {@code code} of the error that a client receives. */
    public String code() {
        return code;
    }

    /** Whether Sluice rejected the call without sending it to the provider. */
    public boolean isNotSent() {
        return meaning == Meaning.NOT_SENT;
    }

    /** Whether the provider's response was unusable. */
    public boolean isMalformed() {
        return meaning == Meaning.MALFORMED;
    }
}
