package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.ConstantRate;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.util.OptionalDouble;

/** The latency that a proxy adds to small requests at a constant rate, half of Sluice's maximum. */
final class LatencyPart implements Part {

    private static final String NAME = "latency";
    private static final int PROMPT_BYTES = 100;
    private static final int CONNECTIONS = 64;
    private static final long SETTLE_MILLIS = 500;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return plan.warmSeconds() * 3L + plan.rounds() * (proxies + 1L) * (plan.windowSeconds() + 1);
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        OptionalDouble known =
                results.median(Figure.SMALL_RATE, testbed.sluice().name());
        double rate = (known.isPresent() ? known.getAsDouble() : maximumOfSluice(testbed, plan)) / 2;
        results.note("latency was measured at %.0f requests/s, half of Sluice's maximum".formatted(rate));
        for (Proxy proxy : testbed.proxiesInRound(0)) {
            if (proxy.isJvm()) {
                warm(testbed, plan, proxy, rate);
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            Measurement direct = measure(testbed, plan, results, testbed.direct(), rate, round);
            for (Proxy proxy : testbed.proxiesInRound(round)) {
                Measurement through = measure(testbed, plan, results, proxy, rate, round);
                if (direct.valid() && through.valid()) {
                    String name = proxy.name();
                    results.add(Figure.RUN_QUEUE, name, round, through.runQueueMicrosEach());
                    results.add(Figure.ADDED_P50, name, round, through.latencyMicros(50) - direct.latencyMicros(50));
                    results.add(Figure.ADDED_P99, name, round, through.latencyMicros(99) - direct.latencyMicros(99));
                    results.add(
                            Figure.ADDED_P999, name, round, through.latencyMicros(99.9) - direct.latencyMicros(99.9));
                }
            }
        }
    }

    /** Warms up at the rate of the measurement, because the JIT compiler recompiles code when the load changes. */
    private static void warm(Testbed testbed, Plan plan, Proxy proxy, double rate) {
        testbed.progress().say("%s: warming up %s", NAME, proxy.name());
        try (Load load =
                new ConstantRate(testbed.loops(), proxy.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, rate)) {
            Pause.millis(plan.warmSeconds() * 1000L);
            load.stats().takeInterval();
        }
    }

    private static double maximumOfSluice(Testbed testbed, Plan plan) {
        Proxy sluice = testbed.sluice();
        try (Load load = new ClosedLoop(testbed.loops(), sluice.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, 0)) {
            Measurement.of(load, sluice.process(), plan.warmSeconds());
            return Measurement.of(load, sluice.process(), plan.windowSeconds()).perSecond();
        }
    }

    private static Measurement measure(Testbed testbed, Plan plan, Results results, Proxy proxy, double rate, int round)
            throws IOException {
        proxy.truncateLog();
        Measurement.collectGarbage();
        try (Load load =
                new ConstantRate(testbed.loops(), proxy.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, rate)) {
            Pause.millis(SETTLE_MILLIS);
            Measurement window = Measurement.of(load, proxy.process(), plan.windowSeconds());
            window.noteLoadCollections(results, NAME);
            results.noteFailures(NAME, proxy.name(), round, window.interval());
            results.addLatency(proxy.name(), window.interval().latency());
            testbed.progress()
                    .say(
                            "%s: round %d, %-7s  p50 %.0f µs, p99 %.0f µs, %.0f/s",
                            NAME,
                            round + 1,
                            proxy.name(),
                            window.latencyMicros(50),
                            window.latencyMicros(99),
                            window.perSecond());
            return window;
        }
    }
}
