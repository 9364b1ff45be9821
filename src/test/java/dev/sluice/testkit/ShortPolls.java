package dev.sluice.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Looks at awaited conditions every 20 ms instead of every 100 ms, the first time included: most of them hold at once,
 * and the tests wait some thousand times.
 */
public final class ShortPolls implements TestExecutionListener {

    private static final Duration PERIOD = Duration.ofMillis(20);

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        Awaitility.setDefaultPollDelay(PERIOD);
        Awaitility.setDefaultPollInterval(PERIOD);
    }
}
