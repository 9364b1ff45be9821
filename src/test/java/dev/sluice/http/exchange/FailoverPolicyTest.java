package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.http.exchange.FailoverPolicy.NextStep;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.route.FallbackCause;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The step after a failure: another key, the next target, a retry from the budget, or the most informative failure. */
class FailoverPolicyTest {

    private static final Target A = new Target("a", "one", 1, 0);
    private static final Target B = new Target("b", "two", 1, 0);
    private static final Target C = new Target("c", "three", 1, 0);
    private static final long LEFT = 60_000;

    private final Terms terms = new Terms();

    @Test
    void aClientErrorIsReturnedAtOnce() {
        FailoverPolicy failover = policy(A, B);

        NextStep step = failThenNext(failover, A, GatewayError.invalid("bad", null, "bad"), LEFT);

        assertThat(failure(step).error().message()).isEqualTo("bad");
        assertThat(failure(step).retryIsFutile()).isFalse();
    }

    @Test
    void anotherKeyIsTriedBeforeAnotherTargetAndEachKeyOnce() {
        terms.keys = 2;
        FailoverPolicy failover = policy(A, B);

        failover.failed(A, throttled(-1), true, LEFT);
        NextStep first = failover.next(LEFT);
        failover.failed(A, throttled(-1), true, LEFT);
        NextStep second = failover.next(LEFT);

        assertThat(first).isEqualTo(new NextStep.Attempt(A, 0, false, false));
        assertThat(second).isEqualTo(new NextStep.Attempt(B, 0, false, true));
        assertThat(terms.spent).isEmpty();
    }

    @Test
    void theNextTargetIsTriedAtOnceDespiteARetryTime() {
        assertThat(failThenNext(policy(A, B), A, throttled(10), LEFT))
                .isEqualTo(new NextStep.Attempt(B, 0, false, true));
    }

    @Test
    void theLastTargetIsRetriedAfterABackoffFromItsBudget() {
        NextStep.Attempt retry = attempt(failThenNext(policy(A), A, upstream("down"), LEFT));

        assertThat(retry.target()).isEqualTo(A);
        assertThat(retry.delayMillis()).isBetween(0L, 200L);
        assertThat(terms.spent).containsEntry("a", 1);
    }

    @Test
    void backoffDoublesUpToItsBoundAndIsFullyJittered() {
        terms.attempts = 10;
        List<Long> most = new ArrayList<>(List.of(0L, 0L, 0L, 0L));
        List<Long> least = new ArrayList<>(List.of(LEFT, LEFT, LEFT, LEFT));
        for (int seed = 0; seed < 200; seed++) {
            FailoverPolicy failover = policy(seed, false, A);
            for (int n = 0; n < 4; n++) {
                long delay = attempt(failThenNext(failover, A, upstream("down"), LEFT))
                        .delayMillis();
                most.set(n, Math.max(most.get(n), delay));
                least.set(n, Math.min(least.get(n), delay));
            }
        }
        assertThat(most.get(0)).isBetween(180L, 200L);
        assertThat(most.get(1)).isBetween(360L, 400L);
        assertThat(most.get(2)).isBetween(720L, 800L);
        assertThat(most.get(3)).isBetween(900L, 1_000L);
        assertThat(least).allSatisfy(delay -> assertThat(delay).isLessThan(60));
    }

    @Test
    void retryAfterIsHonoredWithinTheDeadline() {
        assertThat(attempt(failThenNext(policy(A), A, throttled(2_000), LEFT)).delayMillis())
                .isBetween(2_000L, 2_200L);
        NextStep.Fail late = failure(failThenNext(policy(A), A, throttled(2_000), 1_500));
        assertThat(late.error().retryAfterMillis()).isEqualTo(2_000);
        assertThat(late.retryIsFutile()).isFalse();
    }

    @Test
    void theRateLimitedTargetWithTheShortestWaitIsRetried() {
        FailoverPolicy failover = policy(A, B);
        failover.failed(A, throttled(1_000), false, LEFT);
        failover.next(LEFT);
        failover.failed(B, throttled(30_000), false, LEFT - 400);

        NextStep.Attempt retry = attempt(failover.next(LEFT - 400));

        assertThat(retry.target()).isEqualTo(A);
        // 400 of the second have gone by
        assertThat(retry.delayMillis()).isBetween(600L, 800L);
    }

    @Test
    void aRateLimitWithoutARetryTimeWaitsOneSecond() {
        assertThat(attempt(failThenNext(policy(A), A, throttled(-1), LEFT)).delayMillis())
                .isBetween(1_000L, 1_200L);
    }

    @Test
    void aTargetThatTimedOutIsNotRetried() {
        assertThat(failure(failThenNext(policy(A), A, GatewayError.of(Kind.TIMEOUT, "silent"), LEFT))
                        .error()
                        .kind())
                .isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void aTargetThatTimedOutIsNotRetriedAfterItsHedgeFails() {
        terms.attempts = 5;
        FailoverPolicy failover = policy(A);
        assertThat(failover.hedge(A)).isEqualTo(A);

        failover.failed(A, GatewayError.of(Kind.TIMEOUT, "silent"), false, LEFT);
        failover.failed(A, upstream("down"), false, LEFT);

        assertThat(failover.next(LEFT)).isInstanceOf(NextStep.Fail.class);
    }

    @Test
    void aSpentQuotaExcludesTheWholeProvider() {
        Target sameProvider = new Target("a", "other", 1, 0);

        NextStep step = failThenNext(policy(A, sameProvider, B), A, GatewayError.of(Kind.QUOTA_SPENT, "spent"), LEFT);

        assertThat(step).isEqualTo(new NextStep.Attempt(B, 0, false, true));
    }

    @Test
    void aCauseMayHaveItsOwnFallbacks() {
        GatewayError tooLong = GatewayError.of(Kind.CONTEXT_LENGTH, "too long");
        RoutePlan plan = plan(Map.of(FallbackCause.CONTEXT_WINDOW, List.of(C)), false, A, B);
        FailoverPolicy failover = new FailoverPolicy(plan, terms, new Random(1), RepeatRule.REPEATABLE);

        assertThat(failThenNext(failover, A, tooLong, LEFT)).isEqualTo(new NextStep.Attempt(C, 0, false, true));
        assertThat(failure(failThenNext(failover, C, tooLong, LEFT)).error()).isSameAs(tooLong);
        assertThat(failThenNext(policy(A, B), A, tooLong, LEFT)).isEqualTo(new NextStep.Attempt(B, 0, false, true));
    }

    @Test
    void theFirstFailureIsReturnedWhateverItsFallbacksReturn() {
        GatewayError real = upstream("down").withStatus(503);
        for (GatewayError later : List.of(
                GatewayError.invalid("prefill refused", null, "bad"),
                GatewayError.of(Kind.MODEL_NOT_FOUND, "no such model"),
                GatewayError.of(Kind.CONTEXT_LENGTH, "smaller window"),
                GatewayError.of(Kind.UNSUPPORTED, "not here"),
                open("b"))) {
            FailoverPolicy failover =
                    new FailoverPolicy(plan(Map.of(), false, A, B), terms(1), new Random(1), RepeatRule.REPEATABLE);
            failThenNext(failover, A, real, LEFT);
            NextStep.Fail outcome = failure(failThenNext(failover, B, later, LEFT));
            assertThat(outcome.error()).isSameAs(real);
            assertThat(outcome.from()).isEqualTo(A);
            assertThat(outcome.retryIsFutile()).isTrue();
        }
    }

    @Test
    void aRejectionByABreakerYieldsToAProvidersError() {
        FailoverPolicy failover = policy(A, B);
        failThenNext(failover, A, open("a"), LEFT);

        NextStep step = failThenNext(failover, B, GatewayError.invalid("really bad", null, "bad"), LEFT);

        assertThat(failure(step).error().message()).isEqualTo("really bad");
    }

    @Test
    void whereEveryTargetIsRateLimitedTheSoonestRetryTimeIsReturned() {
        terms.attempts = 1;
        FailoverPolicy failover = policy(A, B);
        failThenNext(failover, A, throttled(9_000), LEFT);

        NextStep.Fail outcome = failure(failThenNext(failover, B, throttled(4_000), LEFT));

        assertThat(outcome.error().status()).isEqualTo(429);
        assertThat(outcome.error().retryAfterMillis()).isEqualTo(4_000);
        assertThat(outcome.retryIsFutile()).isFalse();
    }

    @Test
    void whereEveryBreakerIsOpenOneLastAttemptIsSent() {
        FailoverPolicy failover = policy(A, B);
        failThenNext(failover, A, open("a"), LEFT);

        NextStep last = failThenNext(failover, B, open("b"), LEFT);

        assertThat(last).isEqualTo(new NextStep.Attempt(A, 0, true, false));
        assertThat(failure(failThenNext(failover, A, upstream("still down"), LEFT))
                        .error()
                        .message())
                .isEqualTo("still down");
    }

    @Test
    void theOpenBreakerOfASingleTargetIsFinal() {
        assertThat(failure(failThenNext(policy(A), A, open("a"), LEFT)).error().code())
                .isEqualTo("breaker_open");
    }

    @Test
    void aLastResortEndsWithTheFirstAttemptThatWasSent() {
        FailoverPolicy failover =
                new FailoverPolicy(plan(Map.of(), true, A, B, C), terms, new Random(1), RepeatRule.REPEATABLE);

        assertThat(failThenNext(failover, A, open("a"), LEFT)).isEqualTo(new NextStep.Attempt(B, 0, true, true));
        assertThat(failThenNext(failover, B, upstream("down"), LEFT))
                .isEqualTo(new NextStep.Attempt(C, 0, false, true));
    }

    @Test
    void theRetryOfAnSdkRepeatsNoTarget() {
        assertThat(failThenNext(policy(1, true, A), A, upstream("down"), LEFT)).isInstanceOf(NextStep.Fail.class);
        assertThat(policy(1, true, A).hedge(A)).isNull();
        assertThat(policy(1, true, A, B).hedge(A)).isEqualTo(B);
    }

    @Test
    void anEmptyBudgetMakesAnSdkRetryFutile() {
        terms.left = 0;

        NextStep.Fail outcome = failure(failThenNext(policy(A), A, upstream("down"), LEFT));

        assertThat(outcome.retryIsFutile()).isTrue();
        assertThat(policy(A, B).hedge(A)).isNull();
    }

    @Test
    void aHedgeUsesTheNextTargetElseTheSameOne() {
        assertThat(policy(A, B).hedge(A)).isEqualTo(B);
        assertThat(policy(A).hedge(A)).isEqualTo(A);
    }

    /** For any sequence of failures: few attempts, within the deadline, and none at a target that timed out. */
    @Property
    void attemptsStayWithinBudgetDeadlineAndKeys(
            @ForAll @Size(40) List<@IntRange(min = 0, max = 11) Integer> failures,
            @ForAll @IntRange(min = 1, max = 4) int attempts,
            @ForAll @IntRange(min = 1, max = 3) int keys,
            @ForAll @IntRange(min = 0, max = 6) int budget,
            @ForAll @IntRange(min = 1, max = 5_000) int total,
            @ForAll long seed) {
        terms.attempts = attempts;
        terms.keys = keys;
        terms.left = budget;
        Map<FallbackCause, List<Target>> byCause = Map.of(FallbackCause.RATE_LIMIT, List.of(C, A));
        FailoverPolicy failover =
                new FailoverPolicy(plan(byCause, false, A, B), terms, new Random(seed), RepeatRule.REPEATABLE);
        Map<String, Integer> attemptsAt = new HashMap<>(Map.of("a", 1));
        List<Target> timedOut = new ArrayList<>();
        Target now = A;
        long left = total;
        int repeats = 0;
        int sent = 1;
        for (int failure : failures) {
            GatewayError error = error(failure);
            if (error.kind() == Kind.TIMEOUT) {
                timedOut.add(now);
            }
            failover.failed(now, error, failure % 2 == 0, left);
            if (!(failover.next(left) instanceof NextStep.Attempt next)) {
                assertThat(failover.outcome().error()).isNotNull();
                return;
            }
            sent++;
            assertThat(next.delayMillis()).isBetween(0L, left - 1);
            assertThat(timedOut).doesNotContain(next.target());
            left -= next.delayMillis();
            if (attemptsAt.merge(next.target().provider(), 1, Integer::sum) > 1) {
                repeats++;
            }
            now = next.target();
        }
        // Three targets, each key of each once more, what the budget paid, and one last resort.
        assertThat(repeats).isLessThanOrEqualTo(budget + 3 * (keys - 1) + 1);
        assertThat(sent).isLessThanOrEqualTo(3 * (attempts + keys) + 1);
        assertThat(attemptsAt.values()).allSatisfy(times -> assertThat(times).isLessThanOrEqualTo(attempts + keys));
    }

    private static GatewayError error(int failure) {
        return switch (failure) {
            case 0, 1 -> throttled(-1);
            case 2, 3 -> throttled(700);
            case 4 -> GatewayError.of(Kind.TIMEOUT, "silent");
            case 5 -> GatewayError.of(Kind.TRUNCATED, "cut");
            case 6 -> GatewayError.of(Kind.QUOTA_SPENT, "spent");
            case 7 -> GatewayError.of(Kind.PROVIDER_AUTH, "key");
            case 8 -> open("a");
            case 9 -> GatewayError.of(Kind.UNAVAILABLE, "overloaded");
            default -> upstream("down");
        };
    }

    private static NextStep failThenNext(FailoverPolicy failover, Target target, GatewayError error, long left) {
        failover.failed(target, error, false, left);
        return failover.next(left);
    }

    private static NextStep.Attempt attempt(NextStep step) {
        assertThat(step).isInstanceOf(NextStep.Attempt.class);
        return (NextStep.Attempt) step;
    }

    private static NextStep.Fail failure(NextStep step) {
        assertThat(step).isInstanceOf(NextStep.Fail.class);
        return (NextStep.Fail) step;
    }

    private static GatewayError throttled(long retryAfter) {
        return GatewayError.of(Kind.RATE_LIMITED, "slow down").withRetryAfter(retryAfter);
    }

    private static GatewayError upstream(String message) {
        return GatewayError.of(Kind.UPSTREAM, message);
    }

    private static GatewayError open(String provider) {
        return GatewayError.of(Kind.UNAVAILABLE, provider)
                .withCode(FailureCode.BREAKER_OPEN)
                .withRetryAfter(15_000);
    }

    private FailoverPolicy policy(Target... targets) {
        return policy(7, false, targets);
    }

    private FailoverPolicy policy(int seed, boolean once, Target... targets) {
        return new FailoverPolicy(
                plan(Map.of(), false, targets),
                terms,
                new Random(seed),
                once ? RepeatRule.ONLY_UNRECEIVED : RepeatRule.REPEATABLE);
    }

    private static RoutePlan plan(Map<FallbackCause, List<Target>> byCause, boolean lastResort, Target... targets) {
        return new RoutePlan("route", null, List.of(targets), List.of(), byCause, lastResort);
    }

    private static Terms terms(int attempts) {
        Terms terms = new Terms();
        terms.attempts = attempts;
        return terms;
    }

    private static final class Terms implements FailoverPolicy.RetryTerms {

        private final Map<String, Integer> spent = new HashMap<>();
        private int attempts = 2;
        private int keys = 1;
        private int left = 1_000;

        @Override
        public Retry retry(String provider) {
            return new Retry(attempts, Duration.ofMillis(200), Duration.ofSeconds(1), 0.2);
        }

        @Override
        public int keys(String provider) {
            return keys;
        }

        @Override
        public boolean withdraw(String provider) {
            if (left == 0) {
                return false;
            }
            left--;
            spent.merge(provider, 1, Integer::sum);
            return true;
        }
    }
}
