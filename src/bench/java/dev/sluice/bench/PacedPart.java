package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.measure.AdminMetrics;
import dev.sluice.bench.measure.RemoteJvm;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;

/**
 * Many concurrent streams with an event every 20 ms, as models send them: added latency, and memory per open stream.
 */
record PacedPart(
        String name,
        int streams,
        Figure cpu,
        Figure firstP50,
        Figure firstP99,
        Figure lag,
        Figure memory,
        Figure resident)
        implements Part {

    private static final int PROMPT_BYTES = 100;
    /** The duration of a stream, so that the streams start evenly spread. */
    private static final long RAMP_MILLIS = (long) Mode.EVENTS * Mode.GAP_MILLIS;

    @Override
    public long seconds(Plan plan, int proxies) {
        return plan.rounds() * (proxies + 1L) * (windowSeconds(plan) + RAMP_MILLIS / 1000 + 1)
                + 2L * (plan.warmSeconds() + RAMP_MILLIS / 1000);
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        for (Proxy proxy : testbed.proxiesInRound(0)) {
            ResponseCheck.require(proxy, Mode.PACED, PROMPT_BYTES);
            if (proxy.isJvm()) {
                testbed.progress().say("%s: warming up %s", name, proxy.name());
                try (Load load = load(testbed, proxy)) {
                    Pause.millis(RAMP_MILLIS + plan.warmSeconds() * 1000L);
                    load.stats().takeInterval();
                }
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            Measurement direct = measure(testbed, plan, results, testbed.direct(), round);
            for (Proxy proxy : testbed.proxiesInRound(round)) {
                Measurement through = measure(testbed, plan, results, proxy, round);
                if (direct.valid() && through.valid()) {
                    results.add(
                            firstP50, proxy.name(), round, through.firstByteMicros(50) - direct.firstByteMicros(50));
                    results.add(
                            firstP99, proxy.name(), round, through.firstByteMicros(99) - direct.firstByteMicros(99));
                    results.add(cpu, proxy.name(), round, through.cpuMicrosEach());
                }
            }
        }
        measureMemory(testbed, results);
    }

    /**
     * Runs after the windows: a collection on demand shrinks the heap, which would make the following load more
     * expensive.
     */
    private void measureMemory(Testbed testbed, Results results) throws IOException {
        long before = memoryInUse(testbed.sluiceJvm());
        try (Load load = load(testbed, testbed.sluice())) {
            Pause.millis(RAMP_MILLIS + 500);
            results.add(
                    memory, testbed.sluice().name(), 0, (memoryInUse(testbed.sluiceJvm()) - before) / 1024.0 / streams);
            load.stats().takeInterval();
        }
    }

    private Measurement measure(Testbed testbed, Plan plan, Results results, Proxy proxy, int round)
            throws IOException {
        proxy.truncateLog();
        Measurement.collectGarbage();
        boolean sluice = proxy == testbed.sluice();
        try (Load load = load(testbed, proxy);
                AdminMetrics metrics = new AdminMetrics(testbed.sluice().adminUrl())) {
            Pause.millis(RAMP_MILLIS + 500);
            AdminMetrics.Lag lagBefore = metrics.lag();
            Measurement window = Measurement.of(load, proxy.process(), windowSeconds(plan));
            window.noteLoadCollections(results, name);
            results.noteFailures(name, proxy.name(), round, window.interval());
            testbed.progress()
                    .say(
                            "%s: round %d, %-7s  %.2f µs CPU per event, %.0f events/s, first token p50 %.0f µs, p99"
                                    + " %.0f µs",
                            name,
                            round + 1,
                            proxy.name(),
                            window.cpuMicrosEach(),
                            window.perSecond(),
                            window.firstByteMicros(50),
                            window.firstByteMicros(99));
            if (proxy != testbed.direct()) {
                results.add(resident, proxy.name(), round, proxy.process().residentKib() / 1024.0);
            }
            if (sluice) {
                results.add(lag, proxy.name(), round, metrics.lag().meanMicrosSince(lagBefore));
            }
            return window;
        }
    }

    private Load load(Testbed testbed, Proxy proxy) {
        return new ClosedLoop(testbed.loops(), proxy.request(Mode.PACED, PROMPT_BYTES), streams, RAMP_MILLIS);
    }

    private static long memoryInUse(RemoteJvm jvm) throws IOException {
        return jvm.heapUsedAfterCollection() + jvm.directBytes();
    }

    /**
     * A multiple of a stream's duration, so that the number of streams that end in the window does not depend on its
     * start.
     */
    private static int windowSeconds(Plan plan) {
        int stream = (int) (RAMP_MILLIS / 1000);
        return Math.max(stream, plan.windowSeconds() / stream * stream);
    }
}
