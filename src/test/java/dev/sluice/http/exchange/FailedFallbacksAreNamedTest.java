package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Otherwise a caller sees the failure of the first target, and not why the fallback did not help. */
class FailedFallbacksAreNamedTest {

    private static final Target A = new Target("a", "one", 1, 0);
    private static final Target B = new Target("b", "two", 1, 0);
    private static final Target C = new Target("c", "three", 1, 0);

    @Test
    void theReasonsOfTheOthersFollowTheReportedOne() {
        FailoverPolicy failover = policy(A, B, C);
        fail(failover, A, GatewayError.of(Kind.UPSTREAM, "the provider responded with status 500: down"));
        fail(failover, B, GatewayError.of(Kind.UNSUPPORTED, "'tools' are not taken"));
        fail(failover, C, GatewayError.invalid("x".repeat(1_000), "messages", "bad"));

        GatewayError error = failover.withOtherReasons(failover.outcome());

        assertThat(error.kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(error.message())
                .startsWith("the provider responded with status 500: down; b/two: 'tools' are not taken; c/three: xxx")
                .hasSizeLessThan(400);
    }

    /** A client that looks for such words would shorten its conversation in vain. */
    @Test
    void wordsThatClientsLookForAreNotAppended() {
        FailoverPolicy failover = policy(A, B);
        fail(failover, A, GatewayError.of(Kind.UPSTREAM, "down"));
        fail(failover, B, GatewayError.of(Kind.CONTEXT_LENGTH, "prompt is too long"));

        assertThat(failover.withOtherReasons(failover.outcome()).message()).isEqualTo("down");
    }

    private static void fail(FailoverPolicy failover, Target target, GatewayError error) {
        failover.failed(target, error, false, 60_000);
        failover.next(60_000);
    }

    private static FailoverPolicy policy(Target... targets) {
        FailoverPolicy.RetryTerms terms = new FailoverPolicy.RetryTerms() {
            @Override
            public Retry retry(String provider) {
                return new Retry(1, Duration.ofMillis(200), Duration.ofSeconds(1), 0.2);
            }

            @Override
            public int keys(String provider) {
                return 1;
            }

            @Override
            public boolean withdraw(String provider) {
                return false;
            }
        };
        RoutePlan plan = new RoutePlan("route", null, List.of(targets), List.of(), Map.of(), false);
        return new FailoverPolicy(plan, terms, new Random(7), RepeatRule.REPEATABLE);
    }
}
