package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.measure.AdminMetrics;
import dev.sluice.bench.measure.JvmWatch;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;

/**
 * Many streams open at once, each with an event every 20 ms, as from models: what waits, and what an open stream takes.
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
    /** As long as a stream, so that they begin evenly spread. */
    private static final long RAMP_MILLIS = (long) Mode.EVENTS * Mode.GAP_MILLIS;

    @Override
    public long seconds(Plan plan, int proxies) {
        return plan.rounds() * (proxies + 1L) * (window(plan) + RAMP_MILLIS / 1000 + 1)
                + 2L * (plan.warmSeconds() + RAMP_MILLIS / 1000);
    }

    @Override
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        for (Proxy proxy : scene.inRound(0)) {
            Proof.require(proxy, Mode.PACED, PROMPT_BYTES);
            if (proxy.isJvm()) {
                scene.progress().say("%s: warming %s up", name, proxy.name());
                try (Load load = load(scene, proxy)) {
                    Pause.millis(RAMP_MILLIS + plan.warmSeconds() * 1000L);
                    load.tally().sinceLastLook();
                }
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            Measurement direct = measure(scene, plan, findings, scene.direct(), round);
            for (Proxy proxy : scene.inRound(round)) {
                Measurement through = measure(scene, plan, findings, proxy, round);
                if (direct.valid() && through.valid()) {
                    findings.add(
                            firstP50, proxy.name(), round, through.firstByteMicros(50) - direct.firstByteMicros(50));
                    findings.add(
                            firstP99, proxy.name(), round, through.firstByteMicros(99) - direct.firstByteMicros(99));
                    findings.add(cpu, proxy.name(), round, through.cpuMicrosEach());
                }
            }
        }
        weigh(scene, findings);
    }

    /** After the windows: a collection on demand shrinks the heap, and the load after it would pay for that. */
    private void weigh(Scene scene, Findings findings) throws IOException {
        long before = inUse(scene.sluiceJvm());
        try (Load load = load(scene, scene.sluice())) {
            Pause.millis(RAMP_MILLIS + 500);
            findings.add(memory, scene.sluice().name(), 0, (inUse(scene.sluiceJvm()) - before) / 1024.0 / streams);
            load.tally().sinceLastLook();
        }
    }

    private Measurement measure(Scene scene, Plan plan, Findings findings, Proxy proxy, int round) throws IOException {
        proxy.tidy();
        Measurement.prepare();
        boolean sluice = proxy == scene.sluice();
        try (Load load = load(scene, proxy);
                AdminMetrics metrics = new AdminMetrics(scene.sluice().adminUrl())) {
            Pause.millis(RAMP_MILLIS + 500);
            AdminMetrics.Lag lagBefore = metrics.lag();
            Measurement window = Measurement.of(load, proxy.process(), window(plan));
            window.noteOwnPauses(findings, name);
            findings.failures(name, proxy.name(), round, window.seen());
            scene.progress()
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
            if (proxy != scene.direct()) {
                findings.add(resident, proxy.name(), round, proxy.process().residentKib() / 1024.0);
            }
            if (sluice) {
                findings.add(lag, proxy.name(), round, metrics.lag().meanMicrosSince(lagBefore));
            }
            return window;
        }
    }

    private Load load(Scene scene, Proxy proxy) {
        return new ClosedLoop(scene.loops(), proxy.request(Mode.PACED, PROMPT_BYTES), streams, RAMP_MILLIS);
    }

    private static long inUse(JvmWatch jvm) throws IOException {
        return jvm.heapUsedAfterCollection() + jvm.directBytes();
    }

    /** A multiple of a stream's length: then the number that end in it does not hang on where it begins. */
    private static int window(Plan plan) {
        int stream = (int) (RAMP_MILLIS / 1000);
        return Math.max(stream, plan.windowSeconds() / stream * stream);
    }
}
