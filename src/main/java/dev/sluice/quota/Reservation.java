package dev.sluice.quota;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The quota reservation of one request or attempt: concurrency, requests, tokens and money. Each attempt is settled
 * when it has ended. The reservation is closed when the request has ended; closing it again has no effect.
 * {@link Quota#sweep} closes reservations that are still open some time after the request's deadline. An attempt that
 * is settled after that is still charged.
 */
public final class Reservation implements AutoCloseable {

    /** The reservation of a request without limits. */
    static final Reservation NONE = new Reservation(null, null, List.of(), null, Long.MAX_VALUE);

    private final Quota quota;
    private final QuotaRequest quotaRequest;
    private final List<RateReservation> rateReservations;
    private final BudgetReservation budgetReservation;
    private final long expiresMillis;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong input = new AtomicLong();
    private final AtomicLong output = new AtomicLong();
    /** Charged before the attempt has ended, in billionths of a US dollar. */
    private final AtomicLong chargedEarly = new AtomicLong();

    Reservation(
            Quota quota,
            QuotaRequest quotaRequest,
            List<RateReservation> rateReservations,
            BudgetReservation budgetReservation,
            long expiresMillis) {
        this.quota = quota;
        this.quotaRequest = quotaRequest;
        this.rateReservations = rateReservations;
        this.budgetReservation = budgetReservation;
        this.expiresMillis = expiresMillis;
    }

    /**
     * Extends the reservation to another attempt: reserves what the budgets do not cover yet. Called before every
     * attempt, so that parallel attempts (hedges) are covered too; the first is covered by admission. Every attempt
     * that was covered must be settled, even when it was not billed.
     *
     * @param target of the attempt
     * @return the refusal, or null when the attempt may start
     */
    public GatewayError extend(QuotaRequest.PricedTarget target) {
        if (budgetReservation == null) {
            return null;
        }
        WorstCase worst = WorstCase.of(List.of(target), quotaRequest.maxPromptTokens(), quotaRequest.hasCompletion());
        BudgetConstraint refusing = budgetReservation.extend(worst);
        if (refusing != null) {
            refusing.alertRefused(quota.alerts());
            return QuotaErrors.budget(
                    refusing,
                    worst.nanoUsd(quotaRequest.maxPromptTokens(), budgetReservation.completion()),
                    quota.clock().epochMillis());
        }
        if (closed.get()) {
            // Closed meanwhile by another thread, which did not release what was just reserved.
            budgetReservation.close();
            return QuotaErrors.requestEnded();
        }
        return null;
    }

    /**
     * Charges the cost of a long-running attempt so far; {@link #settle} charges the rest.
     *
     * @param nanoUsd the cost since the attempt started
     * @return false when a hard budget is exhausted
     */
    public boolean chargeProgress(long nanoUsd) {
        if (budgetReservation == null || closed.get()) {
            return true;
        }
        long more = nanoUsd - chargedEarly.getAndSet(nanoUsd);
        if (more > 0) {
            budgetReservation.spend(more, quota.alerts());
        }
        return !budgetReservation.exhausted();
    }

    /** Charges the usage of an attempt, however it ended. */
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
        cost -= Math.min(cost, chargedEarly.getAndSet(0));
        if (late) {
            quota.settleLate(rateReservations, budgetReservation, used, completed, cost);
        } else if (budgetReservation != null) {
            budgetReservation.attemptEnded();
            if (cost > 0) {
                budgetReservation.spend(cost, quota.alerts());
            }
        }
    }

    /** Releases the unused part. */
    @Override
    public void close() {
        if (!end()) {
            return;
        }
        long second = quota.clock().millis() / Quota.SECOND;
        for (int i = 0; i < rateReservations.size(); i++) {
            rateReservations.get(i).settle(input.get(), output.get(), second);
        }
    }

    /** Releases everything, including the request count: no attempt was made. */
    public void revoke() {
        if (end()) {
            rateReservations.forEach(RateReservation::release);
        }
    }

    /** Releases the budget. False when there is none to release, or when it was released before. */
    private boolean end() {
        if (this == NONE || !closed.compareAndSet(false, true)) {
            return false;
        }
        quota.closed(this);
        if (budgetReservation != null) {
            budgetReservation.close();
        }
        return true;
    }

    boolean expired(long millis) {
        return millis >= expiresMillis;
    }

    List<BudgetConstraint> constraints() {
        return budgetReservation == null ? List.of() : budgetReservation.constraints();
    }

    /** Counts the prompt of an attempt that may have been billed but reported no usage. */
    private long input(AttemptRecord attempt) {
        Usage usage = attempt.usage();
        if (usage.known()) {
            return bounded(usage.promptTokens());
        }
        return attempt.costSource() == CostSource.NONE ? 0 : quotaRequest.promptTokens();
    }

    private static long bounded(long tokens) {
        return Math.min(Math.max(0, tokens), SlidingWindow.MAX_COUNT / 2);
    }
}
