package dev.sluice.http;

import dev.sluice.bus.Bus;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.route.Live;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the handlers of one listener instance share. Confined to its event loop, but for what {@code Lifecycle} counts.
 */
final class Desk {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Live live;
    private final Bus bus;
    private final Lifecycle lifecycle;
    private final Metrics metrics;
    private final AccessLog accessLog;
    private final RetryBudgets budgets;
    private final Ledger ledger;
    private final Heartbeat heartbeat;
    private final Set<Open> open = new HashSet<>();

    Desk(
            Live live,
            Bus bus,
            Lifecycle lifecycle,
            Metrics metrics,
            AccessLog accessLog,
            RetryBudgets budgets,
            Ledger ledger,
            Heartbeat heartbeat) {
        this.budgets = budgets;
        this.ledger = ledger;
        this.heartbeat = heartbeat;
        this.live = live;
        this.bus = bus;
        this.lifecycle = lifecycle;
        this.metrics = metrics;
        this.accessLog = accessLog;
    }

    Live live() {
        return live;
    }

    Bus bus() {
        return bus;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    Metrics metrics() {
        return metrics;
    }

    RetryBudgets budgets() {
        return budgets;
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** What runs and may have to be given up. */
    interface Open {
        void cancel(CancelCause cause);
    }

    void opened(Open exchange) {
        open.add(exchange);
        lifecycle.began();
    }

    void closed(Open exchange) {
        if (open.remove(exchange)) {
            lifecycle.ended();
        }
    }

    /** Gives up whatever still runs here. */
    void cancelAll(CancelCause cause) {
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
        ledger.attempted(attempt);
        facts.attemptsOpen--;
        if (facts.attemptsOpen == 0 && facts.ended()) {
            settle(facts);
        }
    }

    private void settle(RequestContext facts) {
        metrics.record(facts);
        accessLog.log(facts);
    }

    /** Something that should not happen: the only stack traces of the data plane. */
    void unexpected(RequestContext facts, Throwable failure) {
        LOG.atError()
                .addKeyValue("request_id", facts.requestId)
                .setCause(failure)
                .log("a request failed inside Sluice");
    }
}
