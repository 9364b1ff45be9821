package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.Target;
import dev.sluice.stream.CreditStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The attempts of one exchange or session: which still run, how long Sluice waited for them, and the record of each
 * when it ends. Confined to the event loop of the client's connection.
 */
public final class AttemptTracker {

    /** The status of an attempt that was cancelled before it responded, as nginx names it. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private static final int INTERNAL_ERROR = 500;

    private final ListenerContext listener;
    private final ConfigSnapshot snapshot;
    private final RequestContext context;
    private final ExplainTrace trace;
    private final QuotaReservation reservation;
    /** Attempts that have not replied. */
    private final List<AttemptHandle> running = new ArrayList<>(1);

    /** Since when Sluice has waited for providers; 0 while it does not. */
    private long waitingSince;

    /**
     * @param trace lists attempts for the client, or null
     * @param reservation of the request, or null where nothing is limited
     */
    public AttemptTracker(
            ListenerContext listener,
            ConfigSnapshot snapshot,
            RequestContext context,
            ExplainTrace trace,
            QuotaReservation reservation) {
        this.reservation = reservation;
        this.listener = listener;
        this.snapshot = snapshot;
        this.context = context;
        this.trace = trace;
    }

    /** Takes the reservation of an attempt at the target. Unless it is refused, start and finish the attempt. */
    public AttemptReservation reserve(Target target) {
        return reservation == null ? AttemptReservation.UNLIMITED : reservation.reserve(target);
    }

    /**
     * Starts an attempt.
     *
     * @param earnsRetries whether the attempt adds to the retry budget of its provider
     */
    public AttemptHandle start(Target target, AttemptReservation reserved, boolean earnsRetries) {
        if (earnsRetries) {
            Retry retry = snapshot.config().providers().get(target.provider()).retry();
            listener.retryBudgets().of(target.provider()).deposit(retry.budget());
        }
        AttemptHandle attempt = new AttemptHandle(++context.attempts, target, reserved);
        reportTarget(target);
        context.attemptsOpen++;
        running.add(attempt);
        if (waitingSince == 0) {
            waitingSince = attempt.startNanos;
        }
        return attempt;
    }

    /** The target that headers and logs name. */
    void reportTarget(Target target) {
        context.provider = target.provider();
        context.upstreamModel = target.model();
    }

    public void replied(AttemptHandle attempt) {
        running.remove(attempt);
    }

    boolean idle() {
        return running.isEmpty();
    }

    /** The running attempt that was started first. */
    AttemptHandle longestRunning() {
        return running.getFirst();
    }

    void cancel(CancelCause cause) {
        running.forEach(each -> each.cancel.fire(cause));
    }

    /** The wait before a retry begins. It counts as time of the provider, not of Sluice. */
    void startRetryPause() {
        waitingSince = System.nanoTime();
    }

    /** No attempt is running: counts the time since the first one, or the wait before a retry, as the provider's. */
    void stopWaiting() {
        context.upstreamNanos += System.nanoTime() - waitingSince;
        waitingSince = 0;
    }

    /** The client gets the response of this attempt. Every other one is cancelled. */
    void choose(AttemptHandle attempt) {
        attempt.respondedNanos = System.nanoTime();
        stopWaiting();
        reportTarget(attempt.target);
        cancel(CancelCause.HEDGED);
        running.forEach(each -> each.lost = true);
        running.clear();
    }

    /**
     * Another attempt responded first. The rest of this one is read and discarded; otherwise its stream would stall.
     */
    void discard(AttemptHandle attempt, ClientRequest request, ProviderReply reply) {
        switch (reply) {
            case ProviderReply.Complete whole -> {
                whole.release();
                attempt.respondedNanos = System.nanoTime();
                attempt.receivedWhole(whole);
                finish(attempt, request, AttemptRecorder.Outcome.CANCELLED, whole.usage(), whole.status(), null);
            }
            case ProviderReply.Streaming streaming -> {
                attempt.respondedNanos = System.nanoTime();
                CreditStream stream = streaming.stream();
                stream.start((batch, end) -> {
                    if (batch != null) {
                        attempt.received(batch.length());
                        stream.consumed(batch.length());
                    }
                    if (end != null) {
                        attempt.complete = end instanceof StreamEnd.Complete;
                        finish(attempt, request, AttemptRecorder.Outcome.CANCELLED, end.usage(), 200, null);
                    }
                });
            }
            case ProviderReply.Failed failed -> cancelled(attempt, request, failed.usage());
        }
    }

    /** The failure of an attempt whose call could not be delivered. */
    ProviderReply.Failed undelivered(Throwable failure) {
        GatewayError error = failure instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(Kind.INTERNAL, "the attempt failed inside Sluice");
        if (error.kind() == Kind.INTERNAL) {
            listener.logUnexpected(context, failure);
        }
        return ProviderReply.Failed.of(error);
    }

    /** The attempt was cancelled before it responded. */
    public void cancelled(AttemptHandle attempt, ClientRequest request, Usage usage) {
        finish(attempt, request, AttemptRecorder.Outcome.CANCELLED, usage, CLIENT_CLOSED_REQUEST, null);
    }

    /** Its stream begins. The trace needs its status now, because headers are sent before the stream ends. */
    void streamStarted(AttemptHandle attempt, int status) {
        if (trace != null) {
            trace.add(attempt, status, null);
        }
    }

    /**
     * Makes the record of an attempt that has ended, before the client sees the end of the response. Never fails: the
     * attempt is settled and counted as ended whatever is thrown meanwhile, which is logged.
     */
    public void finish(
            AttemptHandle attempt,
            ClientRequest request,
            AttemptRecorder.Outcome outcome,
            Usage usage,
            int status,
            String errorCode) {
        attempt.settled = true;
        AttemptRecord record = record(attempt, request, outcome, usage, status, errorCode);
        try {
            if (reservation != null) {
                reservation.settle(
                        record,
                        attempt.reservation,
                        AttemptRecorder.knownCost(request, snapshot.routes(), attempt, record));
            }
        } catch (RuntimeException | Error bug) {
            listener.logUnexpected(context, bug);
        }
        listener.attemptEnded(context, record);
    }

    private AttemptRecord record(
            AttemptHandle attempt,
            ClientRequest request,
            AttemptRecorder.Outcome outcome,
            Usage usage,
            int status,
            String errorCode) {
        try {
            if (trace != null && attempt.batches == 0) {
                trace.add(attempt, status, outcome == AttemptRecorder.Outcome.CANCELLED ? "cancelled" : errorCode);
            }
            Usage plausible = AttemptRecorder.plausible(request, snapshot.routes(), attempt, usage);
            if (plausible != usage) {
                listener.usageImplausible(context, attempt.target, usage);
            }
            return AttemptRecorder.of(
                    context, request, snapshot.routes(), attempt, outcome, plausible, status, errorCode);
        } catch (RuntimeException | Error bug) {
            listener.logUnexpected(context, bug);
            return AttemptRecorder.ofUnknownCost(context, request, attempt, outcome, status, errorCode);
        }
    }

    /** A bug interrupted the handling of this reply: settles its attempt, unless that was done. */
    void settle(AttemptHandle attempt, ClientRequest request, ProviderReply reply) {
        switch (reply) {
            case ProviderReply.Streaming streaming -> {
                attempt.cancel.fire(CancelCause.INTERNAL);
                discard(attempt, request, reply);
            }
            case ProviderReply.Complete complete -> settle(attempt, request, complete.usage());
            case ProviderReply.Failed failed -> settle(attempt, request, failed.usage());
        }
    }

    /** A bug interrupted the handling of the attempt's end: settles it, unless that was done. */
    void settle(AttemptHandle attempt, ClientRequest request, Usage usage) {
        if (!attempt.settled) {
            finish(attempt, request, AttemptRecorder.Outcome.FAILED, usage, INTERNAL_ERROR, "internal_error");
        }
    }
}
