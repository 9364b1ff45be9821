package dev.sluice.auth.keys;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log why a token was refused, which the client is not told. A line a second at most, with how many were
 * not written: whoever guesses keys must not fill a disk. Reasons hold no part of a token but the id of a key that is
 * known.
 */
public final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final AtomicLong nextMillis = new AtomicLong();
    private final AtomicLong unsaid = new AtomicLong();

    /** @param who what was refused: {@code key ci}, {@code a token} */
    public void note(String who, String why) {
        long now = System.currentTimeMillis();
        long next = nextMillis.get();
        if (now < next || !nextMillis.compareAndSet(next, now + PAUSE_MILLIS)) {
            unsaid.incrementAndGet();
            return;
        }
        long others = unsaid.getAndSet(0);
        LOG.info("Refused {}: {}{}", who, why, others == 0 ? "" : " (" + others + " more refused since the last line)");
    }
}
