package dev.sluice.quota;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The money that one grant holds: the same amount in every purse it may spend from. What is left of it is one atomic
 * word, so that spending and closing, on whatever threads, never give back what is spent nor the same twice.
 */
final class BudgetReservation {

    /** A completion that is cut to less is no use to anybody, in tokens. */
    static final long LEAST_COMPLETION = 16;

    /** What a completion without a limit is reserved with, when the model's own is not known: every model takes it. */
    private static final long USUAL_COMPLETION = 4096;

    /** Down to here one request may have all that is left; above, it leaves three quarters to others. */
    private static final long WORTH_SHARING = 1024;

    private static final int SHARE = 4;
    private static final int TRIES = 1000;

    private final List<BudgetConstraint> claims;
    private final QuotaRequest quotaRequest;
    private final AtomicLong left = new AtomicLong();
    private final AtomicInteger underWay = new AtomicInteger();
    private long completion;
    private long dearest;

    BudgetReservation(List<BudgetConstraint> claims, QuotaRequest quotaRequest) {
        this.claims = claims;
        this.quotaRequest = quotaRequest;
        completion = quotaRequest.completion();
    }

    List<BudgetConstraint> claims() {
        return claims;
    }

    boolean hard() {
        for (int i = 0; i < claims.size(); i++) {
            if (claims.get(i).hard()) {
                return true;
            }
        }
        return false;
    }

    /** Tokens of completion that are paid for. */
    long completion() {
        return completion;
    }

    /** Reserves the worst case; where the completion has no limit, as much of one as the budgets still allow. */
    BudgetConstraint reserve(WorstCase worst) {
        if (!quotaRequest.uncapped()) {
            dearest = worst.nanoUsd(quotaRequest.promptAtMost(), completion);
            return reserve(dearest);
        }
        for (int tries = 0; ; tries++) {
            BudgetConstraint tightest = tightest();
            long allowed = worst.completion(tightest.left(), quotaRequest.promptAtMost());
            long share = Math.min(desired(), Math.max(allowed / SHARE, Math.min(allowed, WORTH_SHARING)));
            if (share < Math.min(LEAST_COMPLETION * quotaRequest.choices(), desired()) || tries == TRIES) {
                return tightest;
            }
            dearest = worst.nanoUsd(quotaRequest.promptAtMost(), share);
            if (reserve(dearest) == null) {
                completion = share;
                return null;
            }
        }
    }

    /**
     * Makes sure that another attempt is covered beside those that are under way, and after those that have spent; null
     * when it is. Each is taken for as dear as the dearest.
     */
    BudgetConstraint extend(WorstCase worst) {
        long dear = Math.max(dearest, worst.nanoUsd(quotaRequest.promptAtMost(), completion));
        long missing = times(dear, underWay.incrementAndGet()) - left.get();
        BudgetConstraint refusing = missing <= 0 ? null : reserve(missing);
        if (refusing != null) {
            ended();
        }
        return refusing;
    }

    /** An attempt is no longer under way. */
    void ended() {
        underWay.getAndUpdate(attempts -> Math.max(0, attempts - 1));
    }

    void spend(long nanoUsd, Consumer<BudgetAlert> alerts) {
        long before;
        long reserved;
        do {
            before = left.get();
            reserved = Math.min(before, nanoUsd);
        } while (!left.compareAndSet(before, before - reserved));
        for (int i = 0; i < claims.size(); i++) {
            claims.get(i).budgetAccount().spend(nanoUsd, reserved);
        }
        // Only now: should telling fail, nothing is left unspent.
        for (int i = 0; i < claims.size(); i++) {
            claims.get(i).tellSpent(alerts);
        }
    }

    /** Whether a hard budget is spent, or would be if all were spent that is held. */
    boolean exhausted() {
        for (int i = 0; i < claims.size(); i++) {
            BudgetConstraint constraint = claims.get(i);
            if (constraint.hard()
                    && (constraint.left() < 0 || constraint.budgetAccount().spent() >= constraint.most())) {
                return true;
            }
        }
        return false;
    }

    void close() {
        long rest = left.getAndSet(0);
        for (int i = 0; i < claims.size(); i++) {
            claims.get(i).budgetAccount().release(rest);
        }
    }

    private BudgetConstraint reserve(long nanoUsd) {
        for (int i = 0; i < claims.size(); i++) {
            if (!claims.get(i).reserve(nanoUsd)) {
                for (int j = 0; j < i; j++) {
                    claims.get(j).budgetAccount().release(nanoUsd);
                }
                return claims.get(i);
            }
        }
        left.addAndGet(nanoUsd);
        return null;
    }

    private static long times(long nanoUsd, int attempts) {
        return Math.multiplyHigh(nanoUsd, attempts) != 0 ? WorstCase.HIGHEST_NANO : nanoUsd * attempts;
    }

    private BudgetConstraint tightest() {
        BudgetConstraint tightest = claims.get(0);
        for (int i = 1; i < claims.size(); i++) {
            tightest = claims.get(i).left() < tightest.left() ? claims.get(i) : tightest;
        }
        return tightest;
    }

    /** As much as the model that completes the least would complete with: what may be asked of each target. */
    private long desired() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < quotaRequest.targets().size(); i++) {
            long most = quotaRequest.targets().get(i).maxCompletion();
            least = Math.min(least, most == 0 ? USUAL_COMPLETION : most);
        }
        return least * quotaRequest.choices();
    }
}
