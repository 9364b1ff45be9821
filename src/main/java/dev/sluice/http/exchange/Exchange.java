package dev.sluice.http.exchange;

import dev.sluice.bus.Address;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.config.RouteConfig.Hedge;
import dev.sluice.http.body.BodyReader;
import dev.sluice.http.body.Spool;
import dev.sluice.http.exchange.AttemptRecorder.Outcome;
import dev.sluice.http.exchange.FailoverPolicy.NextStep;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.protocol.sanitize.ResponseFilter;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import dev.sluice.stream.FairBudget;
import io.vertx.core.Context;
import java.util.function.Function;

/**
 * One request from its admission to the last byte of its response: sends attempts along the plan until one responds,
 * then passes that response to the client. The only owner of retries; {@link FailoverPolicy} decides what follows a
 * failure. Confined to the event loop of the client's connection. {@link ExchangeState} has its states and transitions.
 */
public final class Exchange implements ListenerContext.Cancellable, BodyReader.Owner {

    private final ListenerContext listener;
    private final ConfigSnapshot snapshot;
    private final RequestContext context;
    private final ResponseWriter response;
    private final Context eventLoop;
    private final ResettableTimer timer;
    ExchangeState state = ExchangeState.RECEIVING;
    private ClientRequest request;
    private RoutePlan plan;
    private Function<CharSequence, String> headers;
    private RequestOptions options;
    private FailoverPolicy failover;
    private AttemptTracker tracker;
    private StreamContinuation continuation;
    private QuotaReservation reservation;
    /** The attempt whose response the client gets. */
    private AttemptHandle winner;

    Exchange(
            ListenerContext listener,
            ConfigSnapshot snapshot,
            RequestContext context,
            ResponseWriter response,
            Context eventLoop) {
        this.listener = listener;
        this.snapshot = snapshot;
        this.context = context;
        this.response = response;
        this.eventLoop = eventLoop;
        this.timer = new ResettableTimer(eventLoop, this::abandon);
    }

    public ConfigSnapshot snapshot() {
        return snapshot;
    }

    public RequestContext context() {
        return context;
    }

    public void deleteAtEnd(Spool upload) {
        response.resources().deleteAtEnd(upload);
    }

    @Override
    public FairBudget.Lease memory() {
        return response.resources().memory();
    }

    public void beginAdmission() {
        response.beginAdmission();
    }

    /** The writer of the response to the client. */
    public ResponseWriter response() {
        return response;
    }

    /** Removes from the response what the route's rules forbid. */
    public void filterResponse(ResponseFilter filter) {
        response.filter(new FilterQueue(filter, eventLoop.owner(), this::abandon));
    }

    /** Reserves for the request until the response ends, as {@link QuotaReservation#of} does; throws its refusal. */
    public void reserve(ClientRequest request, RoutePlan plan, long lifeMillis) {
        reservation = QuotaReservation.of(
                listener, snapshot.routes(), context.principal, request, plan, lifeMillis, response.resources);
        if (reservation != null) {
            response.hold(reservation);
            reservation.requireAdmitted();
        }
    }

    /** Sends the first attempt. The exchange writes the response from here on. */
    public void start(ClientRequest request, RoutePlan plan, Function<CharSequence, String> headers) {
        if (state != ExchangeState.RECEIVING) {
            return; // cancelled while its body was read
        }
        this.plan = plan;
        this.headers = headers;
        try {
            options = RequestOptions.of(headers, request, plan, snapshot.config(), context.principal);
            reserve(request, plan, options.totalMillis());
        } catch (GatewayException refusal) {
            enter(ExchangeState.ENDED);
            response.error(refusal.error(), false);
            return;
        }
        this.request = reservation == null ? request : reservation.capped(request);
        ExplainTrace trace = options.explain() ? new ExplainTrace(plan) : null;
        response.explain(trace);
        tracker = new AttemptTracker(listener, snapshot, context, trace, reservation);
        send(plan.targets().getFirst(), FailoverPolicy.lastResort(plan), !options.sdkRetry());
        Hedge hedge = plan.settings() == null ? null : plan.settings().hedge();
        if (hedge != null && state == ExchangeState.ATTEMPTING && RepeatRule.isSafeToHedge(request)) {
            timer.set(hedge.after().toMillis(), () -> hedge(hedge, 1));
        }
    }

    /** Stops the attempts. A client that is still connected gets an error. */
    @Override
    public void cancel(CancelCause cause) {
        if (state == ExchangeState.CANCELLING || state == ExchangeState.ENDED) {
            return;
        }
        context.cancelCause = cause;
        timer.cancel();
        switch (state) {
            case ATTEMPTING -> {
                enter(ExchangeState.CANCELLING);
                tracker.cancel(cause);
            }
            case STREAMING -> {
                enter(ExchangeState.CANCELLING);
                winner.cancel.fire(cause);
            }
            default -> endCancelled();
        }
    }

    /** The response has ended. Attempts that are being cancelled still report. */
    void close() {
        if (state != ExchangeState.CANCELLING) {
            enter(ExchangeState.ENDED);
        }
        response.close();
    }

    private void enter(ExchangeState next) {
        assert state.mayBecome(next) : state + " may not become " + next;
        state = next;
    }

    private void send(Target target, boolean lastResort, boolean earnsRetries) {
        AttemptReservation reserved = tracker.reserve(target);
        if (reserved.refusal() != null) {
            failover().failed(target, reserved.refusal(), false, options.remainingMillis());
            if (tracker.idle()) {
                proceed();
            }
            return;
        }
        enter(ExchangeState.ATTEMPTING);
        AttemptHandle attempt = tracker.start(target, reserved, earnsRetries);
        ProviderCall call = new ProviderCall(
                context.requestId,
                request,
                target.model(),
                headers,
                options.strictness(),
                options.policy(lastResort),
                options.deadline(),
                attempt.cancel,
                context.principal,
                eventLoop);
        listener.bus()
                .request(Address.provider(target.provider(), target.generation()), call)
                .onComplete(
                        reply -> replied(attempt, reply), failure -> replied(attempt, tracker.undelivered(failure)));
    }

    private void send(NextStep.Attempt next) {
        if (isResuming()) {
            try {
                request = continuation.nextRequest(next.target(), snapshot);
            } catch (GatewayException tooLarge) {
                endStream(continuation.firstFailure());
                return;
            }
        }
        send(next.target(), next.lastResort(), next.firstAtTarget() && !options.sdkRetry());
    }

    /** No running attempt has responded: starts another one in parallel. */
    private void hedge(Hedge hedge, int number) {
        Target target = failover().hedge(tracker.longestRunning().target);
        if (target != null) {
            send(target, false, false);
            if (number < hedge.max()) {
                timer.set(hedge.after().toMillis(), () -> hedge(hedge, number + 1));
            }
        }
    }

    private void replied(AttemptHandle attempt, ProviderReply reply) {
        try {
            handle(attempt, reply);
        } catch (RuntimeException | Error bug) {
            abandon(bug);
            tracker.settle(attempt, request, reply);
        }
    }

    private void handle(AttemptHandle attempt, ProviderReply reply) {
        tracker.replied(attempt);
        attempt.mayBeBilled = reply instanceof ProviderReply.Failed failed && failed.mayBeBilled();
        if (attempt.lost) {
            tracker.discard(attempt, request, reply);
            return;
        }
        switch (reply) {
            case ProviderReply.Complete whole -> passWhole(attempt, whole);
            case ProviderReply.Streaming streaming -> passStream(attempt, streaming);
            case ProviderReply.Failed failed -> attemptFailed(attempt, failed);
        }
    }

    private void attemptFailed(AttemptHandle attempt, ProviderReply.Failed failed) {
        GatewayError error = failed.error();
        if (tracker.idle()) {
            tracker.stopWaiting();
        }
        if (state != ExchangeState.ATTEMPTING) {
            tracker.cancelled(attempt, request, failed.usage());
            if (state == ExchangeState.CANCELLING && tracker.idle()) {
                endCancelled();
            }
            return;
        }
        tracker.finish(attempt, request, Outcome.FAILED, failed.usage(), error.status(), error.code());
        failover().failed(attempt.target, error, failed.otherKeyAvailable(), options.remainingMillis());
        if (tracker.idle()) {
            timer.cancel();
            proceed();
        }
    }

    /** After a failure, when no attempt runs: sends the next attempt, or ends with the failure. */
    private void proceed() {
        NextStep step = options.deadline().passed()
                ? failover().deadlinePassed(options.totalMillis(), context.attempts)
                : failover().next(options.remainingMillis());
        switch (step) {
            case NextStep.Attempt next when next.delayMillis() == 0 -> send(next);
            case NextStep.Attempt next -> {
                enter(ExchangeState.WAITING_TO_RETRY);
                tracker.startRetryPause();
                timer.set(next.delayMillis(), () -> send(next));
            }
            case NextStep.Fail fail when isResuming() -> endStream(continuation.firstFailure());
            case NextStep.Fail fail -> {
                enter(ExchangeState.ENDED);
                tracker.reportTarget(fail.from());
                response.error(failover().withOtherReasons(fail), fail.retryIsFutile());
            }
        }
    }

    private void passWhole(AttemptHandle attempt, ProviderReply.Complete whole) {
        choose(attempt);
        boolean refused = whole.status() >= 400;
        attempt.receivedWhole(whole);
        tracker.finish(attempt, request, refused ? Outcome.FAILED : Outcome.OK, whole.usage(), whole.status(), null);
        if (isResuming()) {
            endStream(continuation.firstFailure());
        } else {
            enter(ExchangeState.ENDED);
            response.whole(whole, refused);
        }
    }

    private void passStream(AttemptHandle attempt, ProviderReply.Streaming streaming) {
        choose(attempt);
        if (state == ExchangeState.ATTEMPTING) {
            // Otherwise the attempt is being cancelled, which ends the stream.
            enter(ExchangeState.STREAMING);
        }
        ProviderReply.Head head = streaming.head();
        tracker.streamStarted(attempt, head == null ? 200 : head.status());
        if (isResuming()) {
            context.continued = continuation.resumedBy(attempt.target);
            response.resumeStream(streaming.stream(), continuation.comment(attempt.target));
        } else {
            continuation = head == null ? StreamContinuation.of(plan, request) : null;
            response.startStream(streaming);
        }
        streaming.stream().start(this::streamed);
    }

    /** Whether a stream was cut, so that the next attempt resumes it. Valid only between two streams. */
    private boolean isResuming() {
        return continuation != null;
    }

    /** Cancels every other attempt. */
    private void choose(AttemptHandle attempt) {
        winner = attempt;
        timer.cancel();
        tracker.choose(attempt);
    }

    private void streamed(ByteSlice batch, StreamEnd end) {
        try {
            handle(batch, end);
        } catch (RuntimeException | Error bug) {
            abandon(bug);
            if (end != null) {
                tracker.settle(winner, request, end.usage());
            }
        }
    }

    private void handle(ByteSlice batch, StreamEnd end) {
        if (batch != null) {
            winner.received(batch.length());
            ByteSlice events = continuation == null ? batch : continuation.forward(batch);
            if (!response.write(events, batch.length()) || continuation != null && continuation.diverged()) {
                winner.cancel.fire(CancelCause.UNUSABLE);
            }
        }
        switch (end) {
            case null -> {}
            case StreamEnd.Complete complete -> finishStream(Outcome.OK, end);
            case StreamEnd.Cancelled cancelled -> finishStream(Outcome.CANCELLED, end);
            case StreamEnd.Failed failed -> streamFailed(failed);
        }
    }

    private void finishStream(Outcome outcome, StreamEnd end) {
        tracker.finish(winner, request, outcome, end.usage(), 200, null);
        endStream(continuation != null && continuation.diverged() ? continuation.firstFailure() : end);
    }

    private void streamFailed(StreamEnd.Failed failed) {
        GatewayError error = failed.error();
        tracker.finish(winner, request, Outcome.FAILED, failed.usage(), error.status(), error.code());
        if (state == ExchangeState.STREAMING && continuation != null && continuation.tryResume(failed)) {
            failover().failed(winner.target, error, false, options.remainingMillis());
            proceed();
        } else {
            endStream(
                    continuation != null && continuation.firstFailure() != null ? continuation.firstFailure() : failed);
        }
    }

    private void endStream(StreamEnd end) {
        enter(ExchangeState.ENDED);
        response.endStream(end);
    }

    private void endCancelled() {
        enter(ExchangeState.ENDED);
        response.cancelled(context.cancelCause);
    }

    /** A bug must leave no exchange open: the client gets an end in any state. */
    private void abandon(Throwable bug) {
        listener.logUnexpected(context, bug);
        timer.cancel();
        state = ExchangeState.ENDED;
        tracker.cancel(CancelCause.INTERNAL);
        if (winner != null) {
            winner.cancel.fire(CancelCause.INTERNAL);
        }
        response.abandon();
    }

    private FailoverPolicy failover() {
        if (failover == null) {
            var terms = listener.retryBudgets().terms(snapshot.config());
            failover = FailoverPolicy.of(plan, terms, RepeatRule.of(request, options.sdkRetry()));
        }
        return failover;
    }
}
