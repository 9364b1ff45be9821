package dev.sluice.provider.upstream;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules by which an HTTP/1 connection serves another request. HTTP/1 does not say which request a response belongs
 * to: if a provider sends one response too many, all later responses of that connection reach the wrong request. So a
 * connection ends after a limited number of requests and a limited time, and a provider that has sent bytes of its own
 * accord gets a new connection for each request for a while.
 *
 * <p>Shared by the connections of one provider on one event loop, and confined to that loop.
 */
final class ConnectionReuse {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionReuse.class);

    static final int MAX_REQUESTS = 2_000;
    static final long MAX_AGE_NANOS = 600_000_000_000L;
    static final long DISTRUST_NANOS = 60_000_000_000L;

    private final String provider;
    private final LongSupplier nanoClock;
    private long distrustedNanos;
    private boolean distrusted;

    /** @param provider its name, for the log */
    ConnectionReuse(String provider, LongSupplier nanoClock) {
        this.provider = provider;
        this.nanoClock = nanoClock;
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    /** The provider sent bytes that belong to no request. */
    void reportUnsolicited() {
        if (!isDistrusted(nanoTime())) {
            LOG.warn(
                    "provider {} sent bytes that belong to no request; each request gets a connection of its own for"
                            + " {} s",
                    provider,
                    DISTRUST_NANOS / 1_000_000_000);
        }
        distrusted = true;
        distrustedNanos = nanoTime();
    }

    /**
     * Whether a connection may serve another request.
     *
     * @param served the number of requests that it has served
     */
    boolean isAllowed(int served, long openedNanos, long nowNanos) {
        return served < MAX_REQUESTS && nowNanos - openedNanos < MAX_AGE_NANOS && !isDistrusted(nowNanos);
    }

    private boolean isDistrusted(long nowNanos) {
        distrusted &= nowNanos - distrustedNanos < DISTRUST_NANOS;
        return distrusted;
    }
}
