package dev.sluice.http.exchange;

import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.HeaderText;
import dev.sluice.model.KeyFault;
import dev.sluice.route.FallbackCause;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * The failover policy of one exchange: decides after a failure whether the next attempt uses another key, another
 * target, or a target that failed before and may have recovered, or whether the exchange fails. It uses neither clock
 * nor network.
 *
 * <p>A fallback is sent at once and a retry only after a pause, so a target is retried only when no other is left.
 * {@link #failed} reports each failure, {@link #next} returns the next step; other attempts may run in between.
 */
final class FailoverPolicy {

    /** Every backoff has reached its maximum by then, and a larger shift would overflow. */
    private static final int MAX_DOUBLINGS = 20;

    /** Characters of what another target said. */
    private static final int MAX_REASON = 200;

    /** The next step of the exchange. */
    sealed interface NextStep {

        /**
         * Send another attempt.
         *
         * @param delayMillis the wait before it; always shorter than the time until the deadline
         * @param lastResort whether open breakers admit it
         * @param firstAtTarget whether it is the first attempt at the target
         */
        record Attempt(Target target, long delayMillis, boolean lastResort, boolean firstAtTarget)
                implements NextStep {}

        /**
         * Fail with that error.
         *
         * @param from the target that failed with it
         * @param retryIsFutile whether a retry by the client would only repeat what Sluice has tried
         */
        record Fail(GatewayError error, Target from, boolean retryIsFutile) implements NextStep {}
    }

    /** What configuration and retry budgets allow. */
    interface RetryTerms {

        Retry retry(String provider);

        /** Number of API keys of the provider. */
        int keys(String provider);

        /** Takes one retry from the provider's budget. Returns false when it is empty. */
        boolean withdraw(String provider);
    }

    private static final class TargetState {

        private final Target target;
        private int attempts = 1;
        private int keys = 1;
        private boolean tryOtherKey;
        private boolean resend;
        private boolean resent;
        private boolean mayRetry;
        private boolean timedOut;
        /** Milliseconds that remain until the deadline when it may be retried. */
        private long remainingWhenDue;

        private GatewayError error;

        private TargetState(Target target) {
            this.target = target;
        }
    }

    private final RoutePlan plan;
    private final RetryTerms terms;
    private final RandomGenerator random;
    private final RepeatRule repeats;
    private final List<TargetState> tried = new ArrayList<>(4);
    private final Set<String> exhaustedProviders = new HashSet<>(2);
    private final EnumSet<FallbackCause> switchedFor = EnumSet.noneOf(FallbackCause.class);
    private List<Target> candidates;
    private int nextCandidate;
    private int failures;
    private TargetState lastFailed;
    private GatewayError reported;
    private Target reportedTarget;
    private boolean terminal;
    private boolean lastResortUsed;
    private boolean budgetEmpty;

    /**
     * Starts with an attempt at the first target of the plan.
     *
     * @param repeats whether a target is retried, or hedged by itself
     */
    FailoverPolicy(RoutePlan plan, RetryTerms terms, RandomGenerator random, RepeatRule repeats) {
        this.plan = plan;
        this.terms = terms;
        this.random = random;
        this.repeats = repeats;
        this.candidates = plan.targets();
        tried.add(new TargetState(candidates.get(nextCandidate++)));
    }

    static FailoverPolicy of(RoutePlan plan, RetryTerms terms, RepeatRule repeats) {
        return new FailoverPolicy(plan, terms, ThreadLocalRandom.current(), repeats);
    }

    /**
     * Whether open breakers admit the first attempt of the plan. Not for a single target: its breaker opened to protect
     * it.
     */
    static boolean lastResort(RoutePlan plan) {
        return plan.lastResort() && plan.targets().size() > 1;
    }

    /**
     * An attempt failed.
     *
     * @param otherKeyAvailable whether another API key of the provider is available
     * @param remainingMillis until the deadline
     */
    void failed(Target target, GatewayError failure, boolean otherKeyAvailable, long remainingMillis) {
        TargetState state = find(target);
        GatewayError error = state.resent ? FailureRules.notStale(failure) : failure;
        lastFailed = state;
        failures++;
        state.error = error;
        state.timedOut |= error.kind() == Kind.TIMEOUT;
        state.tryOtherKey = otherKeyAvailable
                && FailureRules.concernsKey(error.kind())
                && state.keys < terms.keys(target.provider());
        state.resend = error.failure() == FailureCode.STALE_CONNECTION && repeats != RepeatRule.NEVER;
        state.mayRetry = FailureRules.mayBeRetried(error) && !state.timedOut && !blockedByOwnLimits(error);
        state.remainingWhenDue = remainingMillis - pauseMillis(state, error);
        if (reported == null || FailureRules.weight(error) > FailureRules.weight(reported)) {
            reported = error;
            reportedTarget = target;
        }
        terminal |= !error.otherTargetMayServe();
        if (!state.tryOtherKey) {
            if (error.kind() == Kind.QUOTA_SPENT && error.keyFault().scope() != KeyFault.Scope.MODEL) {
                exhaustedProviders.add(target.provider());
            }
            switchTargets(FailureRules.cause(error.kind()));
        }
    }

    /** The next step after a failure, when no attempt runs. */
    NextStep next(long remainingMillis) {
        if (terminal || lastResortUsed || remainingMillis <= 0) {
            return outcome();
        }
        boolean resort = isLastResort();
        if (lastFailed.tryOtherKey) {
            lastFailed.tryOtherKey = false;
            lastFailed.keys++;
            return new NextStep.Attempt(lastFailed.target, 0, resort, false);
        }
        if (lastFailed.resend && resend(lastFailed)) {
            return new NextStep.Attempt(lastFailed.target, 0, resort, false);
        }
        Target fresh = untriedTarget();
        if (fresh != null) {
            tried.add(new TargetState(fresh));
            return new NextStep.Attempt(fresh, 0, resort, true);
        }
        for (TargetState state = soonest(remainingMillis); state != null; state = soonest(remainingMillis)) {
            state.mayRetry = false;
            if (terms.withdraw(state.target.provider())) {
                state.attempts++;
                return new NextStep.Attempt(
                        state.target, Math.max(0, remainingMillis - state.remainingWhenDue), resort, false);
            }
            budgetEmpty = true;
        }
        if (!plan.lastResort() && tried.size() > 1 && onlyOpenBreakers()) {
            lastResortUsed = true;
            return new NextStep.Attempt(tried.getFirst().target, 0, true, false);
        }
        return outcome();
    }

    /**
     * Once per target, after a stale connection, regardless of {@code retry.attempts}: the request was not received.
     */
    private boolean resend(TargetState state) {
        state.resend = false;
        state.resent = true;
        if (terms.withdraw(state.target.provider())) {
            return true;
        }
        budgetEmpty = true;
        return false;
    }

    /**
     * The target of a hedge for a slow attempt: the next target of the plan, otherwise the same one. It is paid from
     * the retry budget of the slow provider, whose traffic earned it; the other provider may have earned none.
     *
     * @return null when there is none, or when the budget is empty
     */
    Target hedge(Target slow) {
        Target fresh = terminal ? null : untriedTarget();
        if (fresh != null) {
            if (!terms.withdraw(slow.provider())) {
                return null;
            }
            tried.add(new TargetState(fresh));
            return fresh;
        }
        TargetState state = find(slow);
        boolean may =
                !terminal && repeats == RepeatRule.REPEATABLE && !state.timedOut && state.attempts < attempts(slow);
        if (!may || !terms.withdraw(slow.provider())) {
            return null;
        }
        state.attempts++;
        return slow;
    }

    /** The failure when the request's deadline has passed. */
    NextStep.Fail deadlinePassed(long totalMillis, int attempts) {
        NextStep.Fail failure = outcome();
        String late = "the request's deadline of " + totalMillis + "ms passed after " + attempts + " attempt(s): ";
        return new NextStep.Fail(
                GatewayError.of(Kind.TIMEOUT, late + failure.error().message()), failure.from(), true);
    }

    /** The most informative failure so far. */
    NextStep.Fail outcome() {
        GatewayError error = reported;
        Target from = reportedTarget;
        if (tried.stream().allMatch(state -> state.error == null || FailureRules.waitingHelps(state.error))) {
            long soonest = -1;
            for (TargetState state : tried) {
                if (state.error == null) {
                    continue;
                }
                if (state.error.kind() == Kind.RATE_LIMITED && error.kind() != Kind.RATE_LIMITED) {
                    error = state.error;
                    from = state.target;
                }
                long after = state.error.retryAfterMillis();
                if (state.error.kind() != Kind.QUOTA_SPENT && after >= 0 && (soonest < 0 || after < soonest)) {
                    soonest = after;
                }
            }
            error = soonest < 0 || error.kind() == Kind.QUOTA_SPENT ? error : error.withRetryAfter(soonest);
        }
        boolean clientMayRetry = error.kind() == Kind.RATE_LIMITED || error.retryAfterMillis() >= 0;
        return new NextStep.Fail(error, from, !clientMayRetry && (budgetEmpty || failures > 1));
    }

    /**
     * The error for the client, with what the other targets said: that a fallback refused the request, too, is
     * otherwise seen in {@code x-sluice-explain} only.
     */
    GatewayError withOtherReasons(NextStep.Fail fail) {
        if (tried.size() < 2) {
            return fail.error();
        }
        StringBuilder reasons = new StringBuilder();
        TargetState main = find(fail.from());
        for (TargetState state : tried) {
            if (state != main && state.error != null && FailureRules.isRefusal(state.error)) {
                reasons.append("; ")
                        .append(state.target.provider())
                        .append('/')
                        .append(state.target.model())
                        .append(": ")
                        .append(HeaderText.printable(state.error.message(), MAX_REASON));
            }
        }
        return reasons.isEmpty()
                ? fail.error()
                : fail.error().withMessage(fail.error().message() + reasons);
    }

    /** Whether open breakers admit the next attempt: true while every attempt was rejected by an open breaker. */
    private boolean isLastResort() {
        return lastResort(plan) && onlyOpenBreakers();
    }

    private boolean onlyOpenBreakers() {
        return tried.stream()
                .allMatch(state -> state.error != null && state.error.failure() == FailureCode.BREAKER_OPEN);
    }

    private Target untriedTarget() {
        while (nextCandidate < candidates.size()) {
            Target target = candidates.get(nextCandidate);
            if (find(target) == null && !exhaustedProviders.contains(target.provider())) {
                return target;
            }
            nextCandidate++;
        }
        return null;
    }

    /** Of the targets that may be retried before the deadline, the one with the shortest wait. */
    private TargetState soonest(long remainingMillis) {
        TargetState best = null;
        for (TargetState state : tried) {
            boolean may = repeats == RepeatRule.REPEATABLE
                    && state.mayRetry
                    && state.remainingWhenDue > 0
                    && remainingMillis > 0
                    && state.attempts < attempts(state.target)
                    && !exhaustedProviders.contains(state.target.provider());
            if (may && (best == null || state.remainingWhenDue > best.remainingWhenDue)) {
                best = state;
            }
        }
        return best;
    }

    private void switchTargets(FallbackCause cause) {
        List<Target> instead = cause == null ? null : plan.byCause().get(cause);
        if (instead != null && switchedFor.add(cause)) {
            candidates = instead;
            nextCandidate = 0;
        }
    }

    private TargetState find(Target target) {
        for (TargetState state : tried) {
            if (state.target.model().equals(target.model())
                    && state.target.provider().equals(target.provider())) {
                return state;
            }
        }
        return null;
    }

    private int attempts(Target target) {
        return terms.retry(target.provider()).attempts();
    }

    private long pauseMillis(TargetState state, GatewayError error) {
        Retry retry = terms.retry(state.target.provider());
        long most = Math.min(
                retry.maxBackoff().toMillis(),
                retry.backoff().toMillis() << Math.min(state.attempts - 1, MAX_DOUBLINGS));
        long jitter = random.nextLong(most + 1);
        if (error.retryAfterMillis() >= 0) {
            return error.retryAfterMillis() + jitter;
        }
        return error.kind() == Kind.RATE_LIMITED ? GatewayError.THROTTLED_MILLIS + jitter : jitter;
    }

    /**
     * Whether the configured limits of the provider refused the attempt and a retry would not help. It helps only for a
     * single target with a known retry time.
     */
    private boolean blockedByOwnLimits(GatewayError error) {
        return error.failure() == FailureCode.LIMITS_SPENT
                && (plan.targets().size() > 1 || error.retryAfterMillis() < 0);
    }
}
