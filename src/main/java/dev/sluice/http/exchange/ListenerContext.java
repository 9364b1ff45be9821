package dev.sluice.http.exchange;

import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CancelSignal;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.http.body.UploadSpace;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Deadline;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Strictness;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.route.ActiveConfig;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.Target;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The context that the handlers of one listener instance share: the process's services, the bus, timers, and the
 * exchanges that are open on its event loop. Confined to that event loop.
 */
public final class ListenerContext {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private static final long READ_MILLIS = 30_000;

    private final GatewayServices services;
    private final Bus bus;
    private final Heartbeat heartbeat;
    private final Watchdog bodyWatchdog;
    private final Set<Cancellable> open = new HashSet<>();
    private final Set<IdleSocket> sockets = new HashSet<>();

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

    public UploadSpace uploads() {
        return services.uploads();
    }

    /** Bytes of requests, whole responses and held-back streams. */
    public FairBudget memory() {
        return services.memory();
    }

    /** Bytes of the conversations that WebSockets remember. */
    public FairBudget conversations() {
        return services.conversations();
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    public ResourceOwners owners() {
        return services.owners();
    }

    public ResponseMemory responses() {
        return services.responses();
    }

    /** One more read for a response, such as the next page of a list. It is free, and no attempt of the exchange. */
    public Future<ProviderReply> read(
            RequestContext context,
            ClientRequest request,
            Target target,
            Function<CharSequence, String> headers,
            Context here) {
        ProviderCall call = new ProviderCall(
                context.requestId,
                request,
                target.model(),
                headers,
                Strictness.OFF,
                CallPolicy.PLAIN,
                Deadline.inMillis(READ_MILLIS),
                new CancelSignal(),
                context.principal,
                here);
        return bus.request(Address.provider(target.provider(), target.generation()), call);
    }

    /** Ends requests whose body does not arrive in time. */
    public Watchdog bodyWatchdog() {
        return bodyWatchdog;
    }

    /** Opens the exchange of a request. It is closed when the response has ended, however it ended. */
    public Exchange openExchange(Vertx vertx, RoutingContext routing, Surface surface) {
        RequestContext context = AccessCheck.authorize(routing, surface);
        ConfigSnapshot snapshot = active().acquire();
        ResponseWriter response = new ResponseWriter(routing.request(), context, this);
        Exchange exchange = new Exchange(this, snapshot, context, response, vertx.getOrCreateContext());
        register(exchange);
        routing.addEndHandler(end -> {
            try {
                if (end.cause() instanceof GatewayException malformedBody) {
                    response.error(malformedBody.error(), false);
                } else if (end.failed()) {
                    exchange.cancel(CancelCause.CLIENT_GONE);
                }
                exchange.close();
            } finally {
                unregister(exchange);
                snapshot.release();
            }
        });
        return exchange;
    }

    /** An exchange or session that can be cancelled from outside. */
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

    /** A WebSocket whose requests are exchanges of their own, so that it does not count as one. */
    public interface IdleSocket {

        /** The process drains: closes the socket when its last response has ended. */
        void drain();
    }

    public void register(IdleSocket socket) {
        sockets.add(socket);
    }

    public void unregister(IdleSocket socket) {
        sockets.remove(socket);
    }

    /** Closes the sockets of this event loop, each when its last response has ended. */
    public void drainSockets() {
        List.copyOf(sockets).forEach(IdleSocket::drain);
    }

    /** Cancels everything that is open on this event loop. */
    public void cancelAll(CancelCause cause) {
        List.copyOf(open).forEach(exchange -> exchange.cancel(cause));
    }

    /**
     * The response has ended. Metrics and the access log wait for attempts that are still being stopped, because those
     * may still report usage. A WebSocket whose connection fails ends twice: as a response and as a session.
     */
    void responseEnded(RequestContext context) {
        if (context.ended()) {
            return;
        }
        context.endNanos = System.nanoTime();
        if (context.attemptsOpen == 0) {
            report(context);
        }
    }

    /** An attempt has ended. Called before the client sees the end of the response. Never fails. */
    void attemptEnded(RequestContext context, AttemptRecord attempt) {
        try {
            attemptLog().append(attempt);
        } catch (RuntimeException | Error bug) {
            logUnexpected(context, bug);
        }
        context.attemptsOpen--;
        if (context.attemptsOpen == 0 && context.ended()) {
            report(context);
        }
    }

    /** A failure here must not reach the response, whose end calls this. */
    private void report(RequestContext context) {
        try {
            metrics().record(context);
        } catch (RuntimeException | Error bug) {
            logUnexpected(context, bug);
        }
        services.accessLog().log(context);
    }

    /** Logs a fault of Sluice itself, with the only stack traces of the data plane. */
    public void logUnexpected(RequestContext context, Throwable failure) {
        LOG.atError()
                .addKeyValue("request_id", context.requestId)
                .setCause(failure)
                .log("a request failed inside Sluice");
    }

    /** A provider reported more than an attempt can have used or cost, or less than nothing. */
    public void usageImplausible(RequestContext context, Target target, Usage reported) {
        try {
            metrics().usageImplausible(target.provider());
        } catch (RuntimeException bug) {
            logUnexpected(context, bug);
        }
        LOG.atWarn()
                .addKeyValue("request_id", context.requestId)
                .log(
                        "{} reported an impossible usage for one request: {} prompt and {} completion tokens, cost {};"
                                + " Sluice counts an estimate instead",
                        target.provider(),
                        reported.promptTokens(),
                        reported.completionTokens(),
                        reported.costNanoUsd() == Usage.NO_COST
                                ? "not reported"
                                : reported.costNanoUsd() + " billionths of a US dollar");
    }
}
