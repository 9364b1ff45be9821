package dev.sluice.quota;

import dev.sluice.model.TokenEstimates;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The money reserved for one request: the same amount in every budget account that it spends from. The remaining amount
 * is one atomic value, so that spending and closing on different threads release neither spent money nor the same money
 * twice.
 */
final class BudgetReservation {

    /** Tokens. A request is refused rather than capped to a shorter completion. */
    static final long MIN_COMPLETION = 16;

    /**
     * Tokens. Up to this completion a request may reserve all that remains of a budget; beyond it, it leaves three
     * quarters to others.
     */
    private static final long WORTH_SHARING = 1024;

    private static final int SHARE = 4;
    private static final int MAX_TRIES = 1000;

    private final List<BudgetConstraint> constraints;
    private final QuotaRequest quotaRequest;
    private final AtomicLong remaining = new AtomicLong();
    private final AtomicInteger attemptsInFlight = new AtomicInteger();
    private long completion;
    private long highestCost;

    BudgetReservation(List<BudgetConstraint> constraints, QuotaRequest quotaRequest) {
        this.constraints = constraints;
        this.quotaRequest = quotaRequest;
        completion = quotaRequest.completion();
    }

    List<BudgetConstraint> constraints() {
        return constraints;
    }

    boolean hard() {
        for (int i = 0; i < constraints.size(); i++) {
            if (constraints.get(i).hard()) {
                return true;
            }
        }
        return false;
    }

    /** The completion tokens that are reserved. */
    long completion() {
        return completion;
    }

    /**
     * Reserves the worst-case cost. If the completion has no limit, reserves for the longest completion that the
     * budgets allow.
     *
     * @return the constraint that refuses, or null
     */
    BudgetConstraint reserve(WorstCase worst) {
        if (!quotaRequest.uncapped()) {
            highestCost = worst.nanoUsd(quotaRequest.maxPromptTokens(), completion);
            return reserve(highestCost);
        }
        for (int tries = 0; ; tries++) {
            BudgetConstraint tightest = tightest();
            long allowed = worst.completion(tightest.remaining(), quotaRequest.maxPromptTokens());
            long share = Math.min(desired(), Math.max(allowed / SHARE, Math.min(allowed, WORTH_SHARING)));
            if (share < Math.min(MIN_COMPLETION * quotaRequest.choices(), desired()) || tries == MAX_TRIES) {
                return tightest;
            }
            highestCost = worst.nanoUsd(quotaRequest.maxPromptTokens(), share);
            if (reserve(highestCost) == null) {
                completion = share;
                return null;
            }
        }
    }

    /**
     * Extends the reservation to one more attempt, beside those in flight. Each is counted at the highest cost of any
     * of them.
     *
     * @return the constraint that refuses, or null
     */
    BudgetConstraint extend(WorstCase worst) {
        long costPerAttempt = Math.max(highestCost, worst.nanoUsd(quotaRequest.maxPromptTokens(), completion));
        long missing = times(costPerAttempt, attemptsInFlight.incrementAndGet()) - remaining.get();
        BudgetConstraint refusing = missing <= 0 ? null : reserve(missing);
        if (refusing != null) {
            attemptEnded();
        }
        return refusing;
    }

    /** Ends one attempt in flight. */
    void attemptEnded() {
        attemptsInFlight.getAndUpdate(attempts -> Math.max(0, attempts - 1));
    }

    void spend(long nanoUsd, Consumer<BudgetAlert> alerts) {
        long before;
        long reserved;
        do {
            before = remaining.get();
            reserved = Math.min(before, nanoUsd);
        } while (!remaining.compareAndSet(before, before - reserved));
        for (int i = 0; i < constraints.size(); i++) {
            constraints.get(i).budgetAccount().spend(nanoUsd, reserved);
        }
        // Last: should an alert throw, everything is already spent.
        for (int i = 0; i < constraints.size(); i++) {
            constraints.get(i).alertSpent(alerts);
        }
    }

    /** Whether a hard budget is spent, or would be if everything reserved were spent. */
    boolean exhausted() {
        for (int i = 0; i < constraints.size(); i++) {
            BudgetConstraint constraint = constraints.get(i);
            if (constraint.hard()
                    && (constraint.remaining() < 0 || constraint.budgetAccount().spent() >= constraint.hardLimit())) {
                return true;
            }
        }
        return false;
    }

    void close() {
        long rest = remaining.getAndSet(0);
        for (int i = 0; i < constraints.size(); i++) {
            constraints.get(i).budgetAccount().release(rest);
        }
    }

    private BudgetConstraint reserve(long nanoUsd) {
        for (int i = 0; i < constraints.size(); i++) {
            if (!constraints.get(i).reserve(nanoUsd)) {
                for (int j = 0; j < i; j++) {
                    constraints.get(j).budgetAccount().release(nanoUsd);
                }
                return constraints.get(i);
            }
        }
        remaining.addAndGet(nanoUsd);
        return null;
    }

    /** At most {@link WorstCase#HIGHEST_NANO}. */
    static long times(long nanoUsd, int attempts) {
        return nanoUsd > WorstCase.HIGHEST_NANO / attempts ? WorstCase.HIGHEST_NANO : nanoUsd * attempts;
    }

    private BudgetConstraint tightest() {
        BudgetConstraint tightest = constraints.get(0);
        for (int i = 1; i < constraints.size(); i++) {
            tightest = constraints.get(i).remaining() < tightest.remaining() ? constraints.get(i) : tightest;
        }
        return tightest;
    }

    /** Tokens that every target can complete: the smallest maximum of all targets. */
    private long desired() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < quotaRequest.targets().size(); i++) {
            long most = quotaRequest.targets().get(i).maxCompletion();
            least = Math.min(least, most == 0 ? TokenEstimates.UNLIMITED_COMPLETION : most);
        }
        return least * quotaRequest.choices();
    }
}
