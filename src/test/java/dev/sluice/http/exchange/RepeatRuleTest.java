package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.http.exchange.FailoverPolicy.NextStep;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The failover policy with each rule, after a stale connection and after another failure. */
class RepeatRuleTest {

    private static final Target A = new Target("a", "one", 1, 0);
    private static final Target B = new Target("b", "two", 1, 0);
    private static final long LEFT = 60_000;

    private int withdrawn;

    @Test
    void aStaleConnectionIsReplacedAtOnceAndOnceOnlyFromTheRetryBudget() {
        FailoverPolicy failover = policy(RepeatRule.REPEATABLE, A, B);

        failover.failed(A, stale(), false, LEFT);
        assertThat(failover.next(LEFT)).isEqualTo(new NextStep.Attempt(A, 0, false, false));
        assertThat(withdrawn).isEqualTo(1);

        failover.failed(A, stale(), false, LEFT);
        assertThat(failover.next(LEFT)).isEqualTo(new NextStep.Attempt(B, 0, false, true));
        assertThat(withdrawn).isEqualTo(1);
    }

    @Test
    void aProviderThatClosesAtOnceTwiceHasFailed() {
        FailoverPolicy failover = policy(RepeatRule.ONLY_UNRECEIVED, A);

        failover.failed(A, stale(), false, LEFT);
        failover.next(LEFT);
        failover.failed(A, stale(), false, LEFT);

        assertThat(((NextStep.Fail) failover.next(LEFT)).error().code()).isEqualTo("upstream_failed");
    }

    @Test
    void anSdksOwnRetryIsSentAgainAfterAStaleConnectionOnly() {
        FailoverPolicy failover = policy(RepeatRule.ONLY_UNRECEIVED, A);

        failover.failed(A, stale(), false, LEFT);
        assertThat(failover.next(LEFT)).isEqualTo(new NextStep.Attempt(A, 0, false, false));

        failover.failed(A, GatewayError.of(Kind.UPSTREAM, "down"), false, LEFT);
        assertThat(((NextStep.Fail) failover.next(LEFT)).error().message()).isEqualTo("down");
    }

    @Test
    void aRequestThatCreatesAResourceIsNotResentAfterAStaleConnection() {
        FailoverPolicy failover = policy(RepeatRule.NEVER, A);

        failover.failed(A, stale(), false, LEFT);

        assertThat(((NextStep.Fail) failover.next(LEFT)).error().code()).isEqualTo("stale_connection");
        assertThat(withdrawn).isZero();
    }

    private static GatewayError stale() {
        return GatewayError.of(Kind.UPSTREAM, "stale").withCode(FailureCode.STALE_CONNECTION);
    }

    private FailoverPolicy policy(RepeatRule repeats, Target... targets) {
        FailoverPolicy.RetryTerms terms = new FailoverPolicy.RetryTerms() {

            @Override
            public Retry retry(String provider) {
                return new Retry(2, Duration.ofMillis(10), Duration.ofMillis(10), 0.2);
            }

            @Override
            public int keys(String provider) {
                return 1;
            }

            @Override
            public boolean withdraw(String provider) {
                withdrawn++;
                return true;
            }
        };
        RoutePlan plan = new RoutePlan("route", null, List.of(targets), List.of(), Map.of(), false);
        return new FailoverPolicy(plan, terms, new Random(1), repeats);
    }
}
