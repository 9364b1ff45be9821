package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.ConstantRate;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.util.OptionalDouble;

/** What a proxy adds to the latency of small requests, at a constant rate of half of what Sluice can do at most. */
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
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        OptionalDouble known = findings.median(Figure.SMALL_RATE, scene.sluice().name());
        double rate = (known.isPresent() ? known.getAsDouble() : mostOfSluice(scene, plan)) / 2;
        findings.note("latency was measured at %.0f requests/s, half of Sluice's own most".formatted(rate));
        for (Proxy proxy : scene.inRound(0)) {
            if (proxy.isJvm()) {
                warm(scene, plan, proxy, rate);
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            Measurement direct = measure(scene, plan, findings, scene.direct(), rate, round);
            for (Proxy proxy : scene.inRound(round)) {
                Measurement through = measure(scene, plan, findings, proxy, rate, round);
                if (direct.valid() && through.valid()) {
                    String name = proxy.name();
                    findings.add(Figure.ADDED_WAIT, name, round, through.waitedMicrosEach());
                    findings.add(Figure.ADDED_P50, name, round, through.latencyMicros(50) - direct.latencyMicros(50));
                    findings.add(Figure.ADDED_P99, name, round, through.latencyMicros(99) - direct.latencyMicros(99));
                    findings.add(
                            Figure.ADDED_P999, name, round, through.latencyMicros(99.9) - direct.latencyMicros(99.9));
                }
            }
        }
    }

    /** At the rate of the measurement: what is compiled for full load is compiled anew for half of it. */
    private static void warm(Scene scene, Plan plan, Proxy proxy, double rate) {
        scene.progress().say("%s: warming %s up", NAME, proxy.name());
        try (Load load = new ConstantRate(scene.loops(), proxy.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, rate)) {
            Pause.millis(plan.warmSeconds() * 1000L);
            load.tally().sinceLastLook();
        }
    }

    private static double mostOfSluice(Scene scene, Plan plan) {
        Proxy sluice = scene.sluice();
        try (Load load = new ClosedLoop(scene.loops(), sluice.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, 0)) {
            Measurement.of(load, sluice.process(), plan.warmSeconds());
            return Measurement.of(load, sluice.process(), plan.windowSeconds()).perSecond();
        }
    }

    private static Measurement measure(Scene scene, Plan plan, Findings findings, Proxy proxy, double rate, int round)
            throws IOException {
        proxy.tidy();
        Measurement.prepare();
        try (Load load = new ConstantRate(scene.loops(), proxy.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, rate)) {
            Pause.millis(SETTLE_MILLIS);
            Measurement window = Measurement.of(load, proxy.process(), plan.windowSeconds());
            window.noteOwnPauses(findings, NAME);
            findings.failures(NAME, proxy.name(), round, window.seen());
            findings.curve(proxy.name(), window.seen().latency());
            scene.progress()
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
