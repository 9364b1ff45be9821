package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.RouteConfig;
import dev.sluice.route.SkippedTarget.Reason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The plan on one line, as the response header and the log quote it. */
class RoutePlanIsExplainedOnOneLineTest {

    private static final Target A = new Target("a", "gpt-5", 1, 1);
    private static final Target B = new Target("b", "org/gpt-5", 1, 1);
    private static final Target C = new Target("c", "m", 1, 1);

    private static final String YAML = """
        providers:
          a: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1" }
        models:
          plain: { targets: [{ provider: a, model: m }] }
          sticky: { strategy: latency, sticky: session, targets: [{ provider: a, model: m }] }
        """;

    @Test
    void aTargetNamedByTheClientHasNoRoute() {
        RoutePlan plan = RoutePlan.direct(A);

        assertThat(plan.explain()).isEqualTo("a/gpt-5; named directly");
        assertThat(plan.targets()).containsExactly(A);
        assertThat(plan.route()).isNull();
        assertThat(plan.lastResort()).isFalse();
    }

    @Test
    void targetsSkippedTargetsAndCausesAreExplainedInOrder() {
        Map<FallbackCause, List<Target>> byCause = new EnumMap<>(FallbackCause.class);
        byCause.put(FallbackCause.CONTENT_FILTER, List.of(C));
        byCause.put(FallbackCause.CONTEXT_WINDOW, List.of(B, C));
        RoutePlan plan = new RoutePlan(
                "plain",
                settings("plain"),
                List.of(A, B),
                List.of(new SkippedTarget(C, Reason.BREAKER_OPEN), new SkippedTarget(B, Reason.KEYS_COOLING)),
                byCause,
                false);

        assertThat(plan.explain())
                .isEqualTo("a/gpt-5 > b/org/gpt-5; skipped c/m (breaker_open), b/org/gpt-5 (keys_cooling);"
                        + " on context_window b/org/gpt-5 > c/m; on content_filter c/m; strategy priority");
    }

    @Test
    void stickinessAndALastResortAreExplained() {
        RoutePlan plan = new RoutePlan("sticky", settings("sticky"), List.of(A), List.of(), Map.of(), true);

        assertThat(plan.explain()).isEqualTo("a/gpt-5; strategy latency, sticky session; last resort");
    }

    @Test
    void aPlanWithFewerTargetsIsOtherwiseEqual() {
        RoutePlan plan = new RoutePlan(
                "plain",
                settings("plain"),
                List.of(A, B),
                List.of(new SkippedTarget(C, Reason.DRAINED)),
                Map.of(FallbackCause.RATE_LIMIT, List.of(C)),
                true);

        RoutePlan fewer = plan.withTargets(List.of(B));

        assertThat(fewer)
                .isEqualTo(new RoutePlan("plain", plan.settings(), List.of(B), plan.skipped(), plan.byCause(), true));
    }

    private static RouteConfig settings(String route) {
        return RouteTables.config(YAML).models().get(route);
    }
}
