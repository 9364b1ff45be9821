package dev.sluice.http.exchange;

import dev.sluice.bus.Bus;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.route.Live;
import dev.sluice.stream.Watchdog;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the handlers of one listener instance share. Confined to its event loop, but for what {@code Lifecycle} counts.
 */
public final class Desk {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Shared shared;
    private final Bus bus;
    private final Heartbeat heartbeat;
    private final Watchdog bodies;
    private final Set<Open> open = new HashSet<>();

    public Desk(Shared shared, Bus bus, Heartbeat heartbeat, Watchdog bodies) {
        this.shared = shared;
        this.bus = bus;
        this.heartbeat = heartbeat;
        this.bodies = bodies;
    }

    public Live live() {
        return shared.live();
    }

    public Bus bus() {
        return bus;
    }

    public Lifecycle lifecycle() {
        return shared.lifecycle();
    }

    Metrics metrics() {
        return shared.metrics();
    }

    RetryBudgets budgets() {
        return shared.retries();
    }

    Quota quota() {
        return shared.quota();
    }

    Ledger ledger() {
        return shared.ledger();
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Ends bodies that do not come whole in time. */
    public Watchdog bodies() {
        return bodies;
    }

    /** What runs and may have to be given up. */
    public interface Open {
        void cancel(CancelCause cause);
    }

    public void opened(Open exchange) {
        open.add(exchange);
        lifecycle().began();
    }

    public void closed(Open exchange) {
        if (open.remove(exchange)) {
            lifecycle().ended();
        }
    }

    /** Gives up whatever still runs here. */
    public void cancelAll(CancelCause cause) {
        List.copyOf(open).forEach(exchange -> exchange.cancel(cause));
    }

    /** The response is over, one way or another. A provider that is still being stopped may yet report usage. */
    void responseEnded(RequestContext facts) {
        facts.endNanos = System.nanoTime();
        if (facts.attemptsOpen == 0) {
            settle(facts);
        }
    }

    /** An attempt is over; told before the client sees the end of its answer. */
    void attempted(RequestContext facts, AttemptRecord attempt) {
        ledger().attempted(attempt);
        facts.attemptsOpen--;
        if (facts.attemptsOpen == 0 && facts.ended()) {
            settle(facts);
        }
    }

    private void settle(RequestContext facts) {
        metrics().record(facts);
        shared.accessLog().log(facts);
    }

    /** Something that should not happen: the only stack traces of the data plane. */
    public void unexpected(RequestContext facts, Throwable failure) {
        LOG.atError()
                .addKeyValue("request_id", facts.requestId)
                .setCause(failure)
                .log("a request failed inside Sluice");
    }
}
