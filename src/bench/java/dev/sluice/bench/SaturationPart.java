package dev.sluice.bench;

import dev.sluice.bench.load.ConstantRate;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadStats;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceSettings.Features;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import dev.sluice.bench.upstream.SharedCapacity;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Streams from a provider with limited capacity, to a Sluice with adaptive concurrency: at half of the provider's
 * capacity, and at five times its capacity.
 */
record SaturationPart(Path directory, JvmCommand jvm) implements Part {

    private static final String NAME = "saturation";
    private static final int PROMPT_BYTES = 100;
    private static final double BASELINE = 0.5 * SharedCapacity.RESPONSES_PER_SECOND;
    private static final double OVERLOAD = 5 * SharedCapacity.RESPONSES_PER_SECOND;
    /** Enough that no request has to wait for a connection. */
    private static final int CONNECTIONS = 1000;

    private static final int BASELINE_SECONDS = 30;
    private static final int LAST_RESPONSES_SECONDS = 30;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return (2L + plan.rounds()) * (BASELINE_SECONDS + plan.windowSeconds());
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        int upstream = testbed.direct().request(Mode.WHOLE, PROMPT_BYTES).port();
        try (SluiceProxy sluice = SluiceProxy.start(directory.resolve(NAME), jvm, upstream, Features.ALL)) {
            ResponseCheck.require(sluice, Mode.SATURATED, PROMPT_BYTES);
            for (int round = 0; round < plan.rounds(); round++) {
                LoadStats.Interval baseline =
                        measure(testbed, sluice, BASELINE, round == 0 ? 2 * BASELINE_SECONDS : BASELINE_SECONDS);
                results.noteFailures(NAME, "half of the provider's capacity", round, baseline);
                double baselineMillis = baseline.firstByte().getValueAtPercentile(99) / 1e6;
                LoadStats.Interval overload =
                        measure(testbed, sluice, OVERLOAD, plan.windowSeconds() + BASELINE_SECONDS / 3);
                double overloadMillis = overload.firstByte().getValueAtPercentile(99) / 1e6;
                String name = sluice.name();
                results.add(Figure.SATURATION_BASELINE, name, round, baselineMillis);
                results.add(Figure.SATURATION_OVERLOAD, name, round, overloadMillis);
                results.add(Figure.SATURATION_TIMES, name, round, overloadMillis / baselineMillis);
                results.add(
                        Figure.SATURATION_REJECTION,
                        name,
                        round,
                        overload.rejection().getValueAtPercentile(99) / 1e6);
                results.add(
                        Figure.SATURATION_THROUGHPUT,
                        name,
                        round,
                        overload.responses()
                                / (plan.windowSeconds() + BASELINE_SECONDS / 3.0)
                                / SharedCapacity.RESPONSES_PER_SECOND);
                results.add(Figure.SATURATION_NO_RETRY_AFTER, name, round, overload.withoutRetryAfter());
                results.add(
                        Figure.SATURATION_OTHER_FAILURES,
                        name,
                        round,
                        overload.failures() - overload.rejection().getTotalCount());
                testbed.progress()
                        .say(
                                "%s: round %d, first token p99 %.0f ms, overloaded %.0f ms; %d responses, %d rejections"
                                        + " with p99 %.1f ms, %d of them without retry-after",
                                NAME,
                                round + 1,
                                baselineMillis,
                                overloadMillis,
                                overload.responses(),
                                overload.rejection().getTotalCount(),
                                overload.rejection().getValueAtPercentile(99) / 1e6,
                                overload.withoutRetryAfter());
            }
        }
    }

    /** Measures a whole load, including requests admitted before the limit has adapted. */
    private static LoadStats.Interval measure(Testbed testbed, SluiceProxy sluice, double rate, int seconds)
            throws IOException {
        sluice.truncateLog();
        Measurement.collectGarbage();
        try (Load load =
                new ConstantRate(testbed.loops(), sluice.request(Mode.SATURATED, PROMPT_BYTES), CONNECTIONS, rate)) {
            Pause.millis(seconds * 1000L);
            int missing = load.finish(LAST_RESPONSES_SECONDS);
            if (missing > 0) {
                throw new IOException(missing + " requests received no response");
            }
            return load.stats().takeInterval();
        }
    }
}
