package dev.sluice.provider.breaker;

import dev.sluice.model.BreakerStatus.State;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of one breaker's outages: a line when it opens and one when it closes, however many probes fail between. */
final class BreakerLog {

    private static final Logger LOG = LoggerFactory.getLogger(BreakerLog.class);

    private final String owner;
    private final AtomicBoolean open = new AtomicBoolean();

    /** @param owner the provider, or the model of the provider, in words */
    BreakerLog(String owner) {
        this.owner = owner;
    }

    void changed(State state, String why) {
        switch (state) {
            case OPEN -> {
                if (open.compareAndSet(false, true)) {
                    LOG.warn("The breaker of {} opened: {}. Requests go to their next target, or get 503", owner, why);
                }
            }
            case CLOSED -> {
                if (open.compareAndSet(true, false)) {
                    LOG.info("The breaker of {} closed: {}", owner, why);
                }
            }
            case HALF_OPEN -> {
                // The probe decides.
            }
        }
    }
}
