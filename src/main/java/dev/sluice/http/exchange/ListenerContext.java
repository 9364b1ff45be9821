package dev.sluice.http.exchange;

import dev.sluice.bus.Bus;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.route.ActiveConfig;
import dev.sluice.stream.Watchdog;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the handlers of one listener instance share. Confined to its event loop, but for what {@code Lifecycle} counts.
 */
public final class ListenerContext {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final GatewayServices services;
    private final Bus bus;
    private final Heartbeat heartbeat;
    private final Watchdog bodyWatchdog;
    private final Set<Cancellable> open = new HashSet<>();

    public ListenerContext(GatewayServices services, Bus bus, Heartbeat heartbeat, Watchdog bodies) {
        this.services = services;
        this.bus = bus;
        this.heartbeat = heartbeat;
        this.bodyWatchdog = bodies;
    }

    public ActiveConfig active() {
        return services.active();
    }

    public Bus bus() {
        return bus;
    }

    public Lifecycle lifecycle() {
        return services.lifecycle();
    }

    Metrics metrics() {
        return services.metrics();
    }

    RetryBudgets retryBudgets() {
        return services.retries();
    }

    Quota quota() {
        return services.quota();
    }

    AttemptLog attemptLog() {
        return services.attemptLog();
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Ends bodies that do not come whole in time. */
    public Watchdog bodyWatchdog() {
        return bodyWatchdog;
    }

    /** What runs and may have to be given up. */
    public interface Cancellable {
        void cancel(CancelCause cause);
    }

    public void register(Cancellable exchange) {
        open.add(exchange);
        lifecycle().exchangeStarted();
    }

    public void unregister(Cancellable exchange) {
        if (open.remove(exchange)) {
            lifecycle().exchangeEnded();
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
    void attemptEnded(RequestContext facts, AttemptRecord attempt) {
        attemptLog().append(attempt);
        facts.attemptsOpen--;
        if (facts.attemptsOpen == 0 && facts.ended()) {
            settle(facts);
        }
    }

    private void settle(RequestContext facts) {
        metrics().record(facts);
        services.accessLog().log(facts);
    }

    /** Something that should not happen: the only stack traces of the data plane. */
    public void logUnexpected(RequestContext facts, Throwable failure) {
        LOG.atError()
                .addKeyValue("request_id", facts.requestId)
                .setCause(failure)
                .log("a request failed inside Sluice");
    }
}
