package dev.sluice.http.exchange;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.Address;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.config.RouteConfig.Hedge;
import dev.sluice.http.body.Spool;
import dev.sluice.http.exchange.AttemptRecorder.Outcome;
import dev.sluice.http.exchange.FailoverPolicy.NextStep;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * One request on its way along its plan: attempt after attempt, now and then two at once, until one may answer, then
 * the answer to its end. The only owner of retries; where to go is said by its {@link FailoverPolicy}. Confined to the
 * event loop of the client's connection.
 */
public final class Exchange implements ListenerContext.Cancellable, ResponseWriter.Audience {

    private final ListenerContext listener;
    private final ConfigSnapshot snapshot;
    private final RequestContext context;
    private final FilteredResponse response;
    private final Context eventLoop;
    private final ResettableTimer timer;

    private ClientRequest request;
    private RoutePlan plan;
    private Function<CharSequence, String> headers;
    private RequestOptions options;
    private FailoverPolicy failover;
    private AttemptTracker tracker;
    private StreamContinuation continuation;
    private QuotaReservation reservation;
    /** The attempt whose answer the client gets. */
    private AttemptHandle winner;

    private int hedges;
    private boolean cancelled;
    private Spool spool;
    private boolean closed;

    Exchange(
            ListenerContext listener,
            ConfigSnapshot snapshot,
            RequestContext facts,
            FilteredResponse response,
            Context eventLoop) {
        this.listener = listener;
        this.snapshot = snapshot;
        this.context = facts;
        this.response = response;
        this.eventLoop = eventLoop;
        this.timer = new ResettableTimer(eventLoop);
    }

    /** Opens the exchange of a request; it is closed when the response has ended, however it ended. */
    public static Exchange open(ListenerContext listener, Vertx vertx, RoutingContext context, Surface surface) {
        RequestContext facts = RequestContextHandler.of(context);
        facts.surface = surface;
        facts.principal = ApiKeyHandler.principal(context);
        AccessCheck.requireSurface(facts);
        ConfigSnapshot snapshot = listener.active().enter();
        FilteredResponse response = new FilteredResponse(new ResponseWriter(context.request(), facts, listener));
        Exchange exchange = new Exchange(listener, snapshot, facts, response, vertx.getOrCreateContext());
        listener.register(exchange);
        context.addEndHandler(end -> {
            if (end.failed()) {
                exchange.cancel(CancelCause.CLIENT_GONE);
            }
            exchange.giveBack();
            listener.unregister(exchange);
            snapshot.leave();
        });
        return exchange;
    }

    public ConfigSnapshot snapshot() {
        return snapshot;
    }

    /** From now on the file is given back when the exchange ends. */
    public void deleteAtEnd(Spool upload) {
        spool = upload;
        if (closed) {
            upload.delete();
        }
    }

    private void giveBack() {
        closed = true;
        if (spool != null) {
            spool.delete();
        }
        response.release();
    }

    public void start(ClientRequest request, RoutePlan plan, Function<CharSequence, String> headers) {
        if (cancelled || closed) {
            // Given up while its body was read: nobody may be asked on its behalf.
            return;
        }
        this.plan = plan;
        this.headers = headers;
        try {
            options = RequestOptions.of(headers, request, plan, snapshot.config(), context.principal);
            reservation = QuotaReservation.admit(
                    listener, snapshot.routes(), context.principal, request, plan, options.totalMillis(), response);
        } catch (GatewayException refusal) {
            response.error(refusal.error());
            return;
        }
        this.request = reservation == null ? request : reservation.capped(request);
        ExplainTrace trace = response.explain(options.explain() ? new ExplainTrace(plan) : null);
        tracker = new AttemptTracker(listener, snapshot, context, trace, reservation);
        ask(plan.targets().getFirst(), FailoverPolicy.lastResort(plan), !options.sdkRetry());
        Hedge hedge = plan.settings() == null ? null : plan.settings().hedge();
        if (hedge != null && !tracker.idle() && FailoverPolicy.isSafeToHedge(request)) {
            timer.set(hedge.after().toMillis(), () -> hedge(hedge));
        }
    }

    public FilteredResponse response() {
        return response;
    }

    /** Nobody wants the answer any more, or nobody can wait for it. */
    @Override
    public void cancel(CancelCause cause) {
        if (cancelled) {
            return;
        }
        cancelled = true;
        context.cancelCause = cause;
        timer.cancel();
        if (winner != null) {
            winner.cancel.fire(cause);
        } else if (tracker == null || tracker.idle()) {
            // Its body is still being read, or it waits for its next attempt: no attempt's end would answer.
            givenUp();
        }
        if (tracker != null) {
            tracker.cancel(cause);
        }
    }

    public RequestContext context() {
        return context;
    }

    private void ask(Target target, boolean lastResort, boolean earns) {
        GatewayError unpaid = reservation == null ? null : reservation.before(target);
        if (unpaid != null) {
            failover().failed(target, unpaid, false, options.deadline().remainingMillis());
            if (tracker.idle()) {
                goOn();
            }
            return;
        }
        AttemptHandle attempt = tracker.start(target, earns);
        listener.bus()
                .ask(
                        Address.provider(target.provider(), target.generation()),
                        new ProviderCall(
                                context.requestId,
                                request,
                                target.model(),
                                headers,
                                options.strict(),
                                options.policy(lastResort),
                                options.deadline(),
                                attempt.cancel,
                                eventLoop))
                .onComplete(reply -> replied(attempt, reply), failure -> notAnswered(attempt, failure));
    }

    private void replied(AttemptHandle attempt, ProviderReply reply) {
        tracker.replied(attempt);
        attempt.mayBeBilled = reply instanceof ProviderReply.Failed failed && failed.mayBeBilled();
        if (winner != null || attempt.lost) {
            tracker.discard(attempt, request, reply);
            return;
        }
        switch (reply) {
            case ProviderReply.Whole whole -> whole(attempt, whole);
            case ProviderReply.Streaming streaming -> streaming(attempt, streaming);
            case ProviderReply.Failed failed -> failed(attempt, failed);
        }
    }

    private void notAnswered(AttemptHandle attempt, Throwable failure) {
        GatewayError error = failure instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(Kind.INTERNAL, "the attempt failed inside Sluice");
        if (error.kind() == Kind.INTERNAL) {
            listener.logUnexpected(context, failure);
        }
        replied(attempt, ProviderReply.Failed.of(error));
    }

    private void whole(AttemptHandle attempt, ProviderReply.Whole whole) {
        won(attempt);
        boolean refused = whole.status() >= 400;
        tracker.finish(attempt, request, refused ? Outcome.FAILED : Outcome.OK, whole.usage(), whole.status(), null);
        if (continuation != null && continuation.cut() != null) {
            response.ended(continuation.cut());
        } else {
            response.whole(whole, refused);
        }
    }

    private void streaming(AttemptHandle attempt, ProviderReply.Streaming streaming) {
        won(attempt);
        tracker.streamStarted(
                attempt, streaming.head() == null ? 200 : streaming.head().status());
        if (continuation != null) {
            context.continued = continuation.resumedBy(attempt.target);
            response.goOn(streaming.stream(), continuation.comment(attempt.target), this);
        } else {
            continuation = streaming.head() == null ? StreamContinuation.of(plan, request) : null;
            response.stream(streaming, this);
        }
    }

    /** The first to answer; the others are not wanted any more. */
    private void won(AttemptHandle attempt) {
        winner = attempt;
        timer.cancel();
        tracker.choose(attempt);
    }

    private void failed(AttemptHandle attempt, ProviderReply.Failed failed) {
        GatewayError error = failed.error();
        if (tracker.idle()) {
            tracker.stopWaiting();
        }
        if (cancelled) {
            tracker.cancelled(attempt, request, failed.usage());
            if (tracker.idle()) {
                givenUp();
            }
            return;
        }
        tracker.finish(attempt, request, Outcome.FAILED, failed.usage(), error.status(), error.code());
        failover()
                .failed(
                        attempt.target,
                        error,
                        failed.sameTargetMayServe(),
                        options.deadline().remainingMillis());
        if (tracker.idle()) {
            timer.cancel();
            goOn();
        }
    }

    /** The next attempt of the course if it can help, else the answer is the failure. */
    private void goOn() {
        switch (next()) {
            case NextStep.Attempt ask -> {
                if (ask.delayMillis() == 0) {
                    ask(ask);
                } else {
                    tracker.startRetryPause();
                    timer.set(ask.delayMillis(), () -> ask(ask));
                }
            }
            case NextStep.Fail answer -> answer(answer);
        }
    }

    private NextStep next() {
        if (!options.deadline().passed()) {
            return failover().next(options.deadline().remainingMillis());
        }
        NextStep.Fail answer = failover().outcome();
        String late = "the request's deadline of " + options.totalMillis() + "ms passed after " + context.attempts
                + " attempt(s): ";
        GatewayError error = GatewayError.of(Kind.TIMEOUT, late + answer.error().message());
        return new NextStep.Fail(error, answer.from(), true);
    }

    private void ask(NextStep.Attempt ask) {
        if (cancelled) {
            return;
        }
        if (continuation != null) {
            try {
                request = continuation.nextRequest(ask.target(), snapshot);
            } catch (GatewayException tooLarge) {
                response.ended(continuation.cut());
                return;
            }
        }
        ask(ask.target(), ask.lastResort(), ask.firstAtTarget() && !options.sdkRetry());
    }

    private void answer(NextStep.Fail answer) {
        if (continuation != null) {
            response.ended(continuation.cut());
        } else {
            tracker.reportTarget(answer.from());
            response.error(answer.error(), answer.retryIsFutile());
        }
    }

    private void givenUp() {
        if (continuation != null) {
            response.ended(new StreamEnd.Cancelled(context.cancelCause, Usage.UNKNOWN));
        } else {
            response.givenUp(context.cancelCause);
        }
    }

    /** What runs has shown nothing so far: another attempt beside it. */
    private void hedge(Hedge hedge) {
        Target target = tracker.idle() ? null : failover().hedge(tracker.longestRunning().target);
        if (target != null) {
            ask(target, false, false);
            hedges++;
            if (hedges < hedge.max()) {
                timer.set(hedge.after().toMillis(), () -> hedge(hedge));
            }
        }
    }

    @Override
    public ByteSlice seen(ByteSlice batch) {
        winner.received(batch.length());
        if (continuation == null) {
            return response.filtered(batch);
        }
        ByteSlice visible = response.filtered(continuation.forward(batch));
        if (continuation.diverged()) {
            winner.cancel.fire(CancelCause.HEDGED);
        }
        return visible;
    }

    @Override
    public void over(StreamEnd end) {
        AttemptHandle attempt = winner;
        switch (end) {
            case StreamEnd.Complete complete -> ended(attempt, Outcome.OK, end);
            case StreamEnd.Cancelled given -> ended(attempt, Outcome.CANCELLED, end);
            case StreamEnd.Failed failed -> {
                GatewayError error = failed.error();
                tracker.finish(attempt, request, Outcome.FAILED, end.usage(), error.status(), error.code());
                if (!cancelled && continuation != null && continuation.tryResume(failed)) {
                    winner = null;
                    failover()
                            .failed(
                                    attempt.target,
                                    failed.error(),
                                    false,
                                    options.deadline().remainingMillis());
                    goOn();
                } else {
                    response.ended(continuation != null && continuation.cut() != null ? continuation.cut() : end);
                }
            }
        }
    }

    private void ended(AttemptHandle attempt, Outcome outcome, StreamEnd end) {
        tracker.finish(attempt, request, outcome, end.usage(), 200, null);
        response.ended(continuation != null && continuation.diverged() ? continuation.cut() : end);
    }

    private FailoverPolicy failover() {
        if (failover == null) {
            failover = new FailoverPolicy(
                    plan,
                    new RetryPolicy(snapshot.config(), listener.retryBudgets()),
                    ThreadLocalRandom.current(),
                    options.sdkRetry() || !FailoverPolicy.isSafeToRetry(request));
        }
        return failover;
    }
}
