package dev.sluice.quota;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a request has been given: places, requests, tokens, money. Whoever got it settles each attempt when it has ended
 * and closes it when the exchange has, once or more often. If nobody does, {@link Quota#sweep} closes it some time
 * after the exchange's deadline. What is settled after the end is charged still.
 */
public final class Reservation implements AutoCloseable {

    /** Of whom nothing is limited. */
    static final Reservation NONE = new Reservation(null, null, List.of(), null, Long.MAX_VALUE);

    private final Quota quota;
    private final QuotaRequest quotaRequest;
    private final List<RateReservation> stakes;
    private final BudgetReservation budgetReservation;
    private final long expiresMillis;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong input = new AtomicLong();
    private final AtomicLong output = new AtomicLong();
    /** Charged before its attempt has ended. */
    private final AtomicLong ahead = new AtomicLong();

    Reservation(
            Quota quota,
            QuotaRequest quotaRequest,
            List<RateReservation> stakes,
            BudgetReservation budgetReservation,
            long expiresMillis) {
        this.quota = quota;
        this.quotaRequest = quotaRequest;
        this.stakes = stakes;
        this.budgetReservation = budgetReservation;
        this.expiresMillis = expiresMillis;
    }

    /**
     * Asks whether an attempt is paid for, and reserves what is missing. To be asked before every attempt, the first
     * too, which the admission has paid for; so that an attempt beside another one (a hedge) is reserved for as well.
     * Every attempt that was asked for is settled, even when it was not billed.
     *
     * @param target that is asked next
     * @return why not, or null when it is
     */
    public GatewayError extend(QuotaRequest.Target target) {
        if (budgetReservation == null) {
            return null;
        }
        WorstCase worst = WorstCase.of(List.of(target), quotaRequest.promptAtMost(), quotaRequest.completes());
        BudgetConstraint refusing = budgetReservation.extend(worst);
        if (refusing != null) {
            refusing.tellRefused(quota.alerts());
            return QuotaErrors.budget(
                    refusing,
                    worst.nanoUsd(quotaRequest.promptAtMost(), budgetReservation.completion()),
                    quota.clock().epochMillis());
        }
        if (closed.get()) {
            // Closed meanwhile: what was just reserved nobody else would give back.
            budgetReservation.close();
            return QuotaErrors.over();
        }
        return null;
    }

    /**
     * Charges what an attempt that lasts long has cost so far; {@link #settle} charges the rest.
     *
     * @param nanoUsd all of it, from the attempt's beginning
     * @return false when a hard budget has nothing left for more
     */
    public boolean spentSoFar(long nanoUsd) {
        if (budgetReservation == null || closed.get()) {
            return true;
        }
        long more = nanoUsd - ahead.getAndSet(nanoUsd);
        if (more > 0) {
            budgetReservation.spend(more, quota.alerts());
        }
        return !budgetReservation.exhausted();
    }

    /** Charges what an attempt has used, whatever became of it. */
    public void settle(AttemptRecord attempt) {
        if (this == NONE) {
            return;
        }
        boolean late = closed.get();
        long used = input(attempt);
        long completed = attempt.usage().known() ? bounded(attempt.usage().completionTokens()) : 0;
        input.addAndGet(used);
        output.addAndGet(completed);
        long cost = Math.min(attempt.costNanoUsd(), WorstCase.HIGHEST_NANO);
        cost -= Math.min(cost, ahead.getAndSet(0));
        if (late) {
            quota.settleLate(stakes, budgetReservation, used, completed, cost);
        } else if (budgetReservation != null) {
            budgetReservation.ended();
            if (cost > 0) {
                budgetReservation.spend(cost, quota.alerts());
            }
        }
    }

    /** Gives back what was not used. */
    @Override
    public void close() {
        if (this == NONE || !closed.compareAndSet(false, true)) {
            return;
        }
        quota.closed(this);
        if (budgetReservation != null) {
            budgetReservation.close();
        }
        long second = quota.clock().millis() / Quota.SECOND;
        for (int i = 0; i < stakes.size(); i++) {
            stakes.get(i).settle(input.get(), output.get(), second);
        }
    }

    /** Everything goes back as if it had never been asked for: nothing was done with it. */
    public void revoke() {
        if (this == NONE || !closed.compareAndSet(false, true)) {
            return;
        }
        quota.closed(this);
        if (budgetReservation != null) {
            budgetReservation.close();
        }
        stakes.forEach(RateReservation::giveBack);
    }

    boolean expired(long millis) {
        return millis >= expiresMillis;
    }

    List<BudgetConstraint> claims() {
        return budgetReservation == null ? List.of() : budgetReservation.claims();
    }

    /** Of an attempt that may have been billed and nobody says how much, the prompt was used at least. */
    private long input(AttemptRecord attempt) {
        Usage usage = attempt.usage();
        if (usage.known()) {
            return bounded(usage.promptTokens());
        }
        return attempt.costSource() == CostSource.NONE ? 0 : quotaRequest.promptTokens();
    }

    private static long bounded(long tokens) {
        return Math.min(Math.max(0, tokens), SlidingWindow.MOST / 2);
    }
}
