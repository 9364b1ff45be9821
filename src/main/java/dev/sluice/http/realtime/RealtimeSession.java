package dev.sluice.http.realtime;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.Address;
import dev.sluice.bus.SocketCall;
import dev.sluice.bus.SocketReply;
import dev.sluice.http.exchange.AttemptHandle;
import dev.sluice.http.exchange.AttemptRecorder;
import dev.sluice.http.exchange.AttemptTracker;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.QuotaReservation;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Usage;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * One WebSocket session from its admission to its end. It counts as one request against its caller's limits, and as one
 * concurrent request while it is open. Its usage is what the provider's responses report. Each attempt to open it is a
 * row of the ledger; the last one has the usage of the whole session.
 */
final class RealtimeSession {

    private static final int SWITCHING_PROTOCOLS = 101;

    /** A revoked key is refused within a second, so its sessions must end within a second, too. */
    private static final long CHECK_MILLIS = 500;

    /** The code with which requests are refused, too. */
    private static final String BUDGET_EXCEEDED = "budget_exceeded";

    private final ListenerContext listener;
    private final Vertx vertx;
    private final ApiKeyHandler keys;
    private final RoutingContext routing;
    private final ConfigSnapshot snapshot;
    private final RequestContext context;
    private final List<Target> targets;
    private final ClientRequest request;
    private final QuotaReservation reservation;
    private final AttemptTracker tracker;
    private AttemptHandle attempt;

    /** @throws GatewayException if the caller's limits refuse the session */
    RealtimeSession(
            ListenerContext listener,
            Vertx vertx,
            ApiKeyHandler keys,
            RoutingContext routing,
            ConfigSnapshot snapshot,
            RequestContext context,
            ClientRequest request,
            RoutePlan plan) {
        this.listener = listener;
        this.vertx = vertx;
        this.keys = keys;
        this.routing = routing;
        this.snapshot = snapshot;
        this.context = context;
        this.targets = plan.targets();
        this.request = request;
        this.reservation = QuotaReservation.ofSession(
                listener, snapshot.routes(), context.principal, request, plan, routing.response());
        this.tracker = new AttemptTracker(listener, snapshot, context, null, reservation);
    }

    void open(SocketCall call) {
        routing.request().pause();
        connect(0, call).onComplete(this::join, failure -> {
            release();
            routing.request().resume();
            routing.fail(failure);
        });
    }

    /** Connects to the first target that accepts; otherwise fails with the last failure. */
    private Future<SocketReply.Open> connect(int at, SocketCall call) {
        Target target = targets.get(at);
        AttemptReservation reserved = tracker.reserve(target);
        if (reserved.refusal() != null) {
            return tryNext(at, call, reserved.refusal());
        }
        AttemptHandle attempt = tracker.start(target, reserved, false);
        return listener.bus()
                .request(
                        Address.socket(target.provider(), target.generation()),
                        new SocketCall(call.requestId(), target.model(), call.clientHeader(), call.protocols()))
                .otherwise(failure -> new SocketReply.Failed(errorOf(failure)))
                .compose(reply -> switch (reply) {
                    case SocketReply.Open open -> {
                        this.attempt = attempt;
                        attempt.respondedNanos = System.nanoTime();
                        yield Future.succeededFuture(open);
                    }
                    case SocketReply.Failed failed -> {
                        recordAttempt(attempt, AttemptRecorder.Outcome.FAILED, failed.error());
                        yield tryNext(at, call, failed.error());
                    }
                });
    }

    private Future<SocketReply.Open> tryNext(int at, SocketCall call, GatewayError error) {
        boolean connected = !routing.response().closed();
        return connected && error.otherTargetMayServe() && at + 1 < targets.size()
                ? connect(at + 1, call)
                : Future.failedFuture(new GatewayException(error));
    }

    private void join(SocketReply.Open open) {
        listener.lifecycle().exchangeStarted();
        routing.request().toWebSocket().onComplete(socket -> relay(socket, open), failure -> {
            open.context().runOnContext(v -> open.socket().close());
            listener.lifecycle().exchangeEnded();
            // No frame was sent, so the usage is known to be none.
            tracker.replied(attempt);
            tracker.cancelled(attempt, request, Usage.UNKNOWN);
            release();
            routing.fail(400, failure);
        });
    }

    private void relay(ServerWebSocket socket, SocketReply.Open open) {
        context.firstTokenNanos = System.nanoTime();
        SocketRelay relay = new SocketRelay(vertx.getOrCreateContext(), socket, open, context, this::usageImplausible);
        listener.register(relay);
        long checks = vertx.setPeriodic(CHECK_MILLIS, tick -> checkAdmission(relay));
        relay.start().onComplete(closed -> {
            vertx.cancelTimer(checks);
            listener.unregister(relay);
            listener.lifecycle().exchangeEnded();
            recordAttempt(attempt, outcome(), null);
            release();
            RequestContextHandler.socketEnded(listener, context);
        });
    }

    private void usageImplausible(Usage reported) {
        attempt.partlyEstimated = true;
        listener.usageImplausible(context, attempt.target, reported);
    }

    /** Closes the session if its key is not valid any more or a hard budget is spent. */
    private void checkAdmission(SocketRelay relay) {
        keys.reauthenticate(routing.request().headers()).onFailure(refusal -> closeIfRefused(relay, errorOf(refusal)));
        if (reservation != null && !reservation.chargeSoFar(attempt.target, context.usage)) {
            relay.refuse(BUDGET_EXCEEDED);
        }
    }

    /** Only for refusals: an unavailable store or issuer does not end sessions. */
    private static void closeIfRefused(SocketRelay relay, GatewayError error) {
        if (error.kind() == Kind.AUTHENTICATION || error.kind() == Kind.PERMISSION) {
            relay.refuse(error.code());
        }
    }

    private AttemptRecorder.Outcome outcome() {
        if (context.errorCode != null) {
            return AttemptRecorder.Outcome.FAILED;
        }
        return context.cancelCause == null ? AttemptRecorder.Outcome.OK : AttemptRecorder.Outcome.CANCELLED;
    }

    /** @param error why the attempt did not open, or null */
    private void recordAttempt(AttemptHandle attempt, AttemptRecorder.Outcome outcome, GatewayError error) {
        tracker.replied(attempt);
        // The record adds its usage to the context, where the relay has counted it already.
        Usage used = context.usage;
        context.usage = Usage.UNKNOWN;
        int status = error == null ? SWITCHING_PROTOCOLS : error.status();
        tracker.finish(attempt, request, outcome, used, status, error == null ? context.errorCode : error.code());
    }

    private static GatewayError errorOf(Throwable failure) {
        return failure instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(Kind.INTERNAL, "the attempt failed inside Sluice");
    }

    private void release() {
        if (reservation != null) {
            reservation.release();
        }
        snapshot.release();
    }
}
