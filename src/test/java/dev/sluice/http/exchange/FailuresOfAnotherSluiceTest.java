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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A provider that is a Sluice itself refuses with the codes that this one gives to its own failures. */
class FailuresOfAnotherSluiceTest {

    private static final Target A = new Target("a", "one", 1, 0);
    private static final Target B = new Target("b", "two", 1, 0);
    private static final long LEFT = 60_000;

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void areRetriedLikeThoseOfAnyProvider(FailureCode code) {
        GatewayError refusal = GatewayError.of(Kind.UNAVAILABLE, "busy").withCode(code.code());
        FailoverPolicy failover = new FailoverPolicy(
                new RoutePlan("route", null, List.of(A, B), List.of(), Map.of(), false),
                new Terms(),
                new Random(1),
                RepeatRule.REPEATABLE);

        failover.failed(A, refusal, false, LEFT);
        NextStep second = failover.next(LEFT);
        failover.failed(B, refusal, false, LEFT);
        NextStep third = failover.next(LEFT);

        assertThat(second).isEqualTo(new NextStep.Attempt(B, 0, false, true));
        assertThat(third)
                .isInstanceOfSatisfying(
                        NextStep.Attempt.class,
                        retry -> assertThat(retry.lastResort()).isFalse());
        assertThat(failover.outcome().error()).isSameAs(refusal);
    }

    private static final class Terms implements FailoverPolicy.RetryTerms {

        @Override
        public Retry retry(String provider) {
            return new Retry(2, Duration.ofMillis(200), Duration.ofSeconds(1), 0.2);
        }

        @Override
        public int keys(String provider) {
            return 1;
        }

        @Override
        public boolean withdraw(String provider) {
            return true;
        }
    }
}
