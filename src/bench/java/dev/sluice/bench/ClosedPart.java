package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;

/** As fast as answers come, on a fixed number of connections: what a request costs, and how many go through. */
record ClosedPart(String name, Mode mode, int promptBytes, int connections, Figure cpu, Figure rate, Figure allocated)
        implements Part {

    private static final double STABLE = 0.05;
    private static final int ALIKE = 2;
    private static final long SETTLE_MILLIS = 500;

    @Override
    public long seconds(Plan plan, int proxies) {
        return plan.warmSeconds() * 2L + (long) plan.rounds() * proxies * (plan.windowSeconds() + 1L);
    }

    @Override
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        for (Proxy proxy : scene.inRound(0)) {
            Proof.require(proxy, mode, promptBytes);
            if (proxy.isJvm()) {
                warm(scene, plan, findings, proxy);
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (Proxy proxy : scene.inRound(round)) {
                measure(scene, plan, findings, proxy, round);
            }
        }
    }

    /** Until three seconds in a row cost about the same: the compilers are on the bill of what they compile. */
    private void warm(Scene scene, Plan plan, Findings findings, Proxy proxy) {
        try (Load load = load(scene, proxy)) {
            double before = 0;
            int alike = 0;
            for (int second = 0; second < plan.warmSeconds() && alike < ALIKE; second++) {
                Measurement one = Measurement.of(load, proxy.process(), 1);
                double now = one.cpuMicrosEach();
                scene.progress().say("%s: warming %s up, %.0f/s", name, proxy.name(), one.perSecond());
                alike = Math.abs(now - before) < STABLE * now ? alike + 1 : 0;
                before = now;
            }
            if (alike < ALIKE) {
                findings.note("%s: the cost of %s still moved when the time for its warm-up was over"
                        .formatted(name, proxy.name()));
            }
        }
    }

    private void measure(Scene scene, Plan plan, Findings findings, Proxy proxy, int round) throws IOException {
        proxy.tidy();
        Measurement.prepare();
        boolean sluice = proxy == scene.sluice();
        try (Load load = load(scene, proxy)) {
            Pause.millis(SETTLE_MILLIS);
            long allocatedBefore = sluice ? scene.sluiceJvm().allocatedBytes() : 0;
            Measurement window = Measurement.of(load, proxy.process(), plan.windowSeconds());
            long allocatedBytes = sluice ? scene.sluiceJvm().allocatedBytes() - allocatedBefore : 0;
            window.noteOwnPauses(findings, name);
            findings.failures(name, proxy.name(), round, window.seen());
            if (!window.valid()) {
                return;
            }
            findings.add(cpu, proxy.name(), round, window.cpuMicrosEach());
            findings.add(rate, proxy.name(), round, window.perSecond());
            if (sluice) {
                findings.add(allocated, proxy.name(), round, (double) allocatedBytes / window.units());
            }
            scene.progress()
                    .say(
                            "%s: round %d, %-7s  %.1f µs CPU, %.0f/s",
                            name, round + 1, proxy.name(), window.cpuMicrosEach(), window.perSecond());
        }
    }

    private Load load(Scene scene, Proxy proxy) {
        return new ClosedLoop(scene.loops(), proxy.request(mode, promptBytes), connections, 0);
    }
}
