package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;

/** A closed loop on a fixed number of connections: the cost of a request and the maximum throughput. */
record ClosedLoopPart(
        String name, Mode mode, int promptBytes, int connections, Figure cpu, Figure rate, Figure allocated)
        implements Part {

    private static final double STABLE_SHARE = 0.05;
    private static final int STABLE_SECONDS = 2;
    private static final long SETTLE_MILLIS = 500;

    @Override
    public long seconds(Plan plan, int proxies) {
        return plan.warmSeconds() * 2L + (long) plan.rounds() * proxies * (plan.windowSeconds() + 1L);
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        for (Proxy proxy : testbed.proxiesInRound(0)) {
            ResponseCheck.require(proxy, mode, promptBytes);
            if (proxy.isJvm()) {
                warm(testbed, plan, results, proxy);
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (Proxy proxy : testbed.proxiesInRound(round)) {
                measure(testbed, plan, results, proxy, round);
            }
        }
    }

    /**
     * Warms up until three consecutive seconds cost about the same: CPU time of the JIT compiler is charged to the
     * requests.
     */
    private void warm(Testbed testbed, Plan plan, Results results, Proxy proxy) {
        try (Load load = load(testbed, proxy)) {
            double before = 0;
            int stable = 0;
            for (int second = 0; second < plan.warmSeconds() && stable < STABLE_SECONDS; second++) {
                Measurement one = Measurement.of(load, proxy.process(), 1);
                double now = one.cpuMicrosEach();
                testbed.progress().say("%s: warming up %s, %.0f/s", name, proxy.name(), one.perSecond());
                stable = Math.abs(now - before) < STABLE_SHARE * now ? stable + 1 : 0;
                before = now;
            }
            if (stable < STABLE_SECONDS) {
                results.note("%s: the cost of %s was still changing at the end of its warm-up"
                        .formatted(name, proxy.name()));
            }
        }
    }

    private void measure(Testbed testbed, Plan plan, Results results, Proxy proxy, int round) throws IOException {
        proxy.truncateLog();
        Measurement.collectGarbage();
        boolean sluice = proxy == testbed.sluice();
        try (Load load = load(testbed, proxy)) {
            Pause.millis(SETTLE_MILLIS);
            long allocatedBefore = sluice ? testbed.sluiceJvm().allocatedBytes() : 0;
            Measurement window = Measurement.of(load, proxy.process(), plan.windowSeconds());
            long allocatedBytes = sluice ? testbed.sluiceJvm().allocatedBytes() - allocatedBefore : 0;
            window.noteLoadCollections(results, name);
            results.noteFailures(name, proxy.name(), round, window.interval());
            if (!window.valid()) {
                return;
            }
            results.add(cpu, proxy.name(), round, window.cpuMicrosEach());
            results.add(rate, proxy.name(), round, window.perSecond());
            if (sluice) {
                results.add(allocated, proxy.name(), round, (double) allocatedBytes / window.units());
            }
            testbed.progress()
                    .say(
                            "%s: round %d, %-7s  %.1f µs CPU, %.0f/s",
                            name, round + 1, proxy.name(), window.cpuMicrosEach(), window.perSecond());
        }
    }

    private Load load(Testbed testbed, Proxy proxy) {
        return new ClosedLoop(testbed.loops(), proxy.request(mode, promptBytes), connections, 0);
    }
}
