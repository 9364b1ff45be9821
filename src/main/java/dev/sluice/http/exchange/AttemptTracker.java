package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.Target;
import dev.sluice.stream.CreditStream;
import java.util.ArrayList;
import java.util.List;

/** The attempts of one exchange: which still run, how long they were waited for, what each of them was and cost. */
public final class AttemptTracker {

    /** Where no status came: the word nginx has for a client that left. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final ListenerContext listener;
    private final ConfigSnapshot snapshot;
    private final RequestContext facts;
    private final ExplainTrace trace;
    private final QuotaReservation reservation;
    /** Attempts that have not replied. */
    private final List<AttemptHandle> running = new ArrayList<>(1);

    private long waitingSince;

    /**
     * @param trace where attempts are told to the client, or null
     * @param reservation what pays for them, or null where nothing is limited
     */
    public AttemptTracker(
            ListenerContext listener,
            ConfigSnapshot snapshot,
            RequestContext facts,
            ExplainTrace trace,
            QuotaReservation reservation) {
        this.reservation = reservation;
        this.listener = listener;
        this.snapshot = snapshot;
        this.facts = facts;
        this.trace = trace;
    }

    /**
     * A new attempt begins.
     *
     * @param earns its provider's budget gets a share for it
     */
    public AttemptHandle start(Target target, boolean earns) {
        if (earns) {
            listener.retryBudgets()
                    .of(target.provider())
                    .deposit(snapshot.config()
                            .providers()
                            .get(target.provider())
                            .retry()
                            .budget());
        }
        AttemptHandle attempt = new AttemptHandle(++facts.attempts, target);
        if (reservation != null) {
            reservation.began(attempt.number);
        }
        reportTarget(target);
        facts.attemptsOpen++;
        running.add(attempt);
        if (waitingSince == 0) {
            waitingSince = attempt.startNanos;
        }
        return attempt;
    }

    /** Whom the client and the log are told of. */
    void reportTarget(Target target) {
        facts.provider = target.provider();
        facts.upstreamModel = target.model();
    }

    public void replied(AttemptHandle attempt) {
        running.remove(attempt);
    }

    boolean idle() {
        return running.isEmpty();
    }

    /** The one that has run longest. */
    AttemptHandle longestRunning() {
        return running.getFirst();
    }

    void cancel(CancelCause cause) {
        running.forEach(each -> each.cancel.fire(cause));
    }

    /** Time goes by without an attempt, for a provider's sake: it is not our own. */
    void startRetryPause() {
        waitingSince = System.nanoTime();
    }

    /** Nothing is waited for any more. */
    void stopWaiting() {
        facts.upstreamNanos += System.nanoTime() - waitingSince;
        waitingSince = 0;
    }

    /** Its answer is the client's. */
    void choose(AttemptHandle attempt) {
        attempt.respondedNanos = System.nanoTime();
        stopWaiting();
        reportTarget(attempt.target);
        cancel(CancelCause.HEDGED);
        running.forEach(each -> each.lost = true);
        running.clear();
    }

    /** Another attempt answered first. What of this one is on its way is taken and thrown away, or it would stall. */
    void discard(AttemptHandle attempt, ClientRequest request, ProviderReply reply) {
        switch (reply) {
            case ProviderReply.Whole whole -> {
                attempt.respondedNanos = System.nanoTime();
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

    /** It was given up before it answered. */
    public void cancelled(AttemptHandle attempt, ClientRequest request, Usage usage) {
        finish(attempt, request, AttemptRecorder.Outcome.CANCELLED, usage, CLIENT_CLOSED_REQUEST, null);
    }

    /** The first event of its stream is there, and the client's headers go out before its end. */
    void streamStarted(AttemptHandle attempt, int status) {
        if (trace != null) {
            trace.add(attempt, status, null);
        }
    }

    /** The attempt is over: its record is made before the client sees the end of its answer. */
    public void finish(
            AttemptHandle attempt,
            ClientRequest request,
            AttemptRecorder.Outcome outcome,
            Usage usage,
            int status,
            String errorCode) {
        if (trace != null && attempt.batches == 0) {
            trace.add(attempt, status, outcome == AttemptRecorder.Outcome.CANCELLED ? "cancelled" : errorCode);
        }
        AttemptRecord record =
                AttemptRecorder.of(facts, request, snapshot.routes(), attempt, outcome, usage, status, errorCode);
        if (reservation != null) {
            reservation.settle(record);
        }
        listener.attemptEnded(facts, record);
    }
}
