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
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Relay;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
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
 * One WebSocket from its admission to its end. It is one request to its caller's limits, and one at once for as long as
 * it lives; what its answers report is its usage. Each attempt to open it is a row of the ledger, the last one with all
 * that the session used.
 */
final class RealtimeSession {

    private static final int SWITCHING_PROTOCOLS = 101;

    /** A key that is revoked opens nothing after a second; that it closes a socket may take no longer. */
    private static final long LOOK_MILLIS = 500;

    /** As a request is refused with. */
    private static final String BUDGET_EXCEEDED = "budget_exceeded";

    private final ListenerContext listener;
    private final Vertx vertx;
    private final ApiKeyHandler keys;
    private final RoutingContext client;
    private final ConfigSnapshot snapshot;
    private final RequestContext facts;
    private final List<Target> targets;
    private final ClientRequest request;
    private final QuotaReservation reservation;
    private final AttemptTracker tracker;
    private AttemptHandle attempt;

    /** @throws GatewayException when the caller's limits refuse it */
    RealtimeSession(
            ListenerContext listener,
            Vertx vertx,
            ApiKeyHandler keys,
            RoutingContext client,
            ConfigSnapshot snapshot,
            RequestContext facts,
            RoutePlan plan) {
        this.listener = listener;
        this.vertx = vertx;
        this.keys = keys;
        this.client = client;
        this.snapshot = snapshot;
        this.facts = facts;
        this.targets = plan.targets();
        this.request = ClientRequest.relayed(
                Surface.REALTIME, facts.model, ByteSlice.EMPTY, new Relay("GET", "", null, null, false));
        this.reservation = QuotaReservation.ofSession(
                listener, snapshot.routes(), facts.principal, request, plan, client.response());
        this.tracker = new AttemptTracker(listener, snapshot, facts, null, reservation);
    }

    void open(SocketCall call) {
        client.request().pause();
        connect(0, call).onComplete(this::join, failure -> {
            over();
            client.request().resume();
            client.fail(failure);
        });
    }

    /** The first target that opens; the last failure when none does. */
    private Future<SocketReply.Open> connect(int at, SocketCall call) {
        Target target = targets.get(at);
        AttemptReservation reserved = tracker.reserve(target);
        if (reserved.refusal() != null) {
            return elsewhere(at, call, reserved.refusal());
        }
        AttemptHandle attempt = tracker.start(target, reserved, false);
        return listener.bus()
                .ask(
                        Address.socket(target.provider(), target.generation()),
                        new SocketCall(call.requestId(), target.model(), call.clientHeader(), call.protocols()))
                .otherwise(failure -> new SocketReply.Failed(failed(failure)))
                .compose(reply -> switch (reply) {
                    case SocketReply.Open open -> {
                        this.attempt = attempt;
                        attempt.respondedNanos = System.nanoTime();
                        yield Future.succeededFuture(open);
                    }
                    case SocketReply.Failed failed -> {
                        ended(attempt, AttemptRecorder.Outcome.FAILED, failed.error());
                        yield elsewhere(at, call, failed.error());
                    }
                });
    }

    private Future<SocketReply.Open> elsewhere(int at, SocketCall call, GatewayError error) {
        boolean wanted = !client.response().closed();
        return wanted && error.otherTargetMayServe() && at + 1 < targets.size()
                ? connect(at + 1, call)
                : Future.failedFuture(new GatewayException(error));
    }

    private void join(SocketReply.Open open) {
        listener.lifecycle().exchangeStarted();
        client.request().toWebSocket().onComplete(socket -> relay(socket, open), failure -> {
            open.context().runOnContext(v -> open.socket().close());
            listener.lifecycle().exchangeEnded();
            // Not a word went through it: nothing was used, which is known.
            tracker.replied(attempt);
            tracker.cancelled(attempt, request, Usage.UNKNOWN);
            over();
            client.fail(400, failure);
        });
    }

    private void relay(ServerWebSocket socket, SocketReply.Open open) {
        facts.firstTokenNanos = System.nanoTime();
        SocketRelay relay = new SocketRelay(vertx.getOrCreateContext(), socket, open, facts);
        listener.register(relay);
        long looks = vertx.setPeriodic(LOOK_MILLIS, tick -> look(relay));
        relay.begin().onComplete(closed -> {
            vertx.cancelTimer(looks);
            listener.unregister(relay);
            listener.lifecycle().exchangeEnded();
            ended(attempt, outcome(), null);
            over();
            RequestContextHandler.socketEnded(listener, facts);
        });
    }

    /** Whether it may go on: its key is still good, and its budgets have something left. */
    private void look(SocketRelay relay) {
        keys.again(client.request().headers()).onFailure(refusal -> refused(relay, failed(refusal)));
        if (reservation != null && !reservation.chargeSoFar(attempt.target, facts.usage)) {
            relay.refused(BUDGET_EXCEEDED);
        }
    }

    /** A store or an issuer that does not answer for a while ends nobody's session. */
    private static void refused(SocketRelay relay, GatewayError error) {
        if (error.kind() == Kind.AUTHENTICATION || error.kind() == Kind.PERMISSION) {
            relay.refused(error.code());
        }
    }

    private AttemptRecorder.Outcome outcome() {
        if (facts.errorCode != null) {
            return AttemptRecorder.Outcome.FAILED;
        }
        return facts.cancelCause == null ? AttemptRecorder.Outcome.OK : AttemptRecorder.Outcome.CANCELLED;
    }

    /** @param error why it did not open, or null */
    private void ended(AttemptHandle attempt, AttemptRecorder.Outcome outcome, GatewayError error) {
        tracker.replied(attempt);
        // The bill adds what it is told to the facts, where the relay has counted already.
        Usage used = facts.usage;
        facts.usage = Usage.UNKNOWN;
        int status = error == null ? SWITCHING_PROTOCOLS : error.status();
        tracker.finish(attempt, request, outcome, used, status, error == null ? facts.errorCode : error.code());
    }

    private static GatewayError failed(Throwable failure) {
        return failure instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(Kind.INTERNAL, "the attempt failed inside Sluice");
    }

    private void over() {
        if (reservation != null) {
            reservation.release();
        }
        snapshot.leave();
    }
}
