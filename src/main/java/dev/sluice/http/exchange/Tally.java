package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.route.Serving;
import dev.sluice.route.Target;
import dev.sluice.stream.CreditStream;
import java.util.ArrayList;
import java.util.List;

/** The attempts of one exchange: which still run, how long they were waited for, what each of them was and cost. */
public final class Tally {

    /** Where no status came: the word nginx has for a client that left. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final Desk desk;
    private final Serving serving;
    private final RequestContext facts;
    private final Trail trail;
    private final Toll toll;
    /** Attempts that have not replied. */
    private final List<Try> running = new ArrayList<>(1);

    private long waitingSince;

    /**
     * @param trail where attempts are told to the client, or null
     * @param toll what pays for them, or null where nothing is limited
     */
    public Tally(Desk desk, Serving serving, RequestContext facts, Trail trail, Toll toll) {
        this.toll = toll;
        this.desk = desk;
        this.serving = serving;
        this.facts = facts;
        this.trail = trail;
    }

    /**
     * A new attempt begins.
     *
     * @param earns its provider's budget gets a share for it
     */
    public Try began(Target target, boolean earns) {
        if (earns) {
            desk.budgets()
                    .of(target.provider())
                    .deposit(serving.config()
                            .providers()
                            .get(target.provider())
                            .retry()
                            .budget());
        }
        Try one = new Try(++facts.attempts, target);
        if (toll != null) {
            toll.began(one.number);
        }
        names(target);
        facts.attemptsOpen++;
        running.add(one);
        if (waitingSince == 0) {
            waitingSince = one.beganNanos;
        }
        return one;
    }

    /** Whom the client and the log are told of. */
    void names(Target target) {
        facts.provider = target.provider();
        facts.upstreamModel = target.model();
    }

    public void replied(Try one) {
        running.remove(one);
    }

    boolean idle() {
        return running.isEmpty();
    }

    /** The one that has run longest. */
    Try first() {
        return running.getFirst();
    }

    void cancel(CancelCause cause) {
        running.forEach(each -> each.cancel.fire(cause));
    }

    /** Time goes by without an attempt, for a provider's sake: it is not our own. */
    void pause() {
        waitingSince = System.nanoTime();
    }

    /** Nothing is waited for any more. */
    void waited() {
        facts.upstreamNanos += System.nanoTime() - waitingSince;
        waitingSince = 0;
    }

    /** Its answer is the client's. */
    void won(Try one) {
        one.answeredNanos = System.nanoTime();
        waited();
        names(one.target);
        cancel(CancelCause.HEDGED);
        running.forEach(each -> each.lost = true);
        running.clear();
    }

    /** Another attempt answered first. What of this one is on its way is taken and thrown away, or it would stall. */
    void lost(Try one, ClientRequest request, ProviderReply reply) {
        switch (reply) {
            case ProviderReply.Whole whole -> {
                one.answeredNanos = System.nanoTime();
                closed(one, request, Bill.Outcome.CANCELLED, whole.usage(), whole.status(), null);
            }
            case ProviderReply.Streaming streaming -> {
                one.answeredNanos = System.nanoTime();
                CreditStream stream = streaming.stream();
                stream.start((batch, end) -> {
                    if (batch != null) {
                        one.passed(batch.length());
                        stream.consumed(batch.length());
                    }
                    if (end != null) {
                        one.complete = end instanceof StreamEnd.Complete;
                        closed(one, request, Bill.Outcome.CANCELLED, end.usage(), 200, null);
                    }
                });
            }
            case ProviderReply.Failed failed -> givenUp(one, request, failed.usage());
        }
    }

    /** It was given up before it answered. */
    public void givenUp(Try one, ClientRequest request, Usage usage) {
        closed(one, request, Bill.Outcome.CANCELLED, usage, CLIENT_CLOSED_REQUEST, null);
    }

    /** The first event of its stream is there, and the client's headers go out before its end. */
    void streams(Try one, int status) {
        if (trail != null) {
            trail.add(one, status, null);
        }
    }

    /** The attempt is over: its record is made before the client sees the end of its answer. */
    public void closed(
            Try one, ClientRequest request, Bill.Outcome outcome, Usage usage, int status, String errorCode) {
        if (trail != null && one.batches == 0) {
            trail.add(one, status, outcome == Bill.Outcome.CANCELLED ? "cancelled" : errorCode);
        }
        AttemptRecord record = Bill.of(facts, request, serving.routes(), one, outcome, usage, status, errorCode);
        if (toll != null) {
            toll.settle(record);
        }
        desk.attempted(facts, record);
    }
}
