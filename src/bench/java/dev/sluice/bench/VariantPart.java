package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Java;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceSettings.Features;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sluice against itself: small requests as fast as answers come, to Sluices that differ in one thing. Each has a
 * process of its own; the rounds are interleaved there and back.
 */
record VariantPart(String name, Path directory, Java java, List<Variant> variants) implements Part {

    private static final int PROMPT_BYTES = 100;
    private static final int CONNECTIONS = 64;
    private static final long SETTLE_MILLIS = 500;

    /** @param rate may be null */
    private record Variant(String name, Figure cpu, Figure rate, List<String> flags, Features features) {

        static Variant loops(int count, Figure cpu, Figure rate) {
            // For one processor the JVM would choose another collector, which has a price of its own.
            List<String> flags = List.of("-XX:ActiveProcessorCount=" + count, "-XX:+UseG1GC");
            return new Variant(count + " loops", cpu, rate, flags, Features.ALL);
        }

        static Variant feature(String name, Figure cpu, Features features) {
            return new Variant(name, cpu, null, List.of(), features);
        }
    }

    /** One event loop and two: what a second core is worth where the load cannot be kept off it. */
    static VariantPart loops(Path directory, Java java) {
        return new VariantPart(
                "loops",
                directory,
                java,
                List.of(
                        Variant.loops(1, Figure.LOOPS_ONE_CPU, Figure.LOOPS_ONE_RATE),
                        Variant.loops(2, Figure.LOOPS_TWO_CPU, Figure.LOOPS_TWO_RATE)));
    }

    /** From nothing on to everything on, one feature after the other. */
    static VariantPart features(Path directory, Java java) {
        return new VariantPart(
                "features",
                directory,
                java,
                List.of(
                        Variant.feature("none", Figure.FEATURES_NONE, Features.NONE),
                        Variant.feature("auth", Figure.FEATURES_AUTH, new Features(true, false, false, false)),
                        Variant.feature("metrics", Figure.FEATURES_METRICS, new Features(true, true, false, false)),
                        Variant.feature("log", Figure.FEATURES_LOG, new Features(true, true, true, false)),
                        Variant.feature("route", Figure.FEATURES_ROUTE, Features.ALL)));
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return variants.size() * (plan.warmSeconds() + 3L + plan.rounds() * (plan.windowSeconds() + 1L));
    }

    @Override
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        int upstream = scene.direct().request(Mode.WHOLE, PROMPT_BYTES).port();
        List<SluiceProxy> running = new ArrayList<>();
        try {
            for (Variant variant : variants) {
                Java flags = java;
                for (String flag : variant.flags) {
                    flags = flags.with(flag);
                }
                SluiceProxy sluice = SluiceProxy.start(
                        directory.resolve(name + "-" + variant.name.replace(' ', '-')),
                        flags,
                        upstream,
                        variant.features);
                running.add(sluice);
                Proof.require(sluice, Mode.WHOLE, PROMPT_BYTES);
                scene.progress().say("%s: warming %s up", name, variant.name);
                try (Load load = load(scene, sluice)) {
                    Measurement.of(load, sluice.process(), plan.warmSeconds());
                }
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (int i = 0; i < variants.size(); i++) {
                    int at = round % 2 == 0 ? i : variants.size() - 1 - i;
                    measure(scene, plan, findings, variants.get(at), running.get(at), round);
                }
            }
        } finally {
            running.forEach(SluiceProxy::close);
        }
        compareLoops(findings);
    }

    private void measure(Scene scene, Plan plan, Findings findings, Variant variant, SluiceProxy sluice, int round)
            throws IOException {
        sluice.tidy();
        Measurement.prepare();
        try (Load load = load(scene, sluice)) {
            Pause.millis(SETTLE_MILLIS);
            Measurement window = Measurement.of(load, sluice.process(), plan.windowSeconds());
            window.noteOwnPauses(findings, name);
            findings.failures(name, variant.name, round, window.seen());
            if (!window.valid()) {
                return;
            }
            findings.add(variant.cpu, sluice.name(), round, window.cpuMicrosEach());
            if (variant.rate != null) {
                findings.add(variant.rate, sluice.name(), round, window.perSecond());
            }
            scene.progress()
                    .say(
                            "%s: round %d, %-7s  %.1f µs CPU, %.0f/s",
                            name, round + 1, variant.name, window.cpuMicrosEach(), window.perSecond());
        }
    }

    private static void compareLoops(Findings findings) {
        findings.median(Figure.LOOPS_ONE_CPU, SluiceProxy.NAME)
                .ifPresent(one -> findings.median(Figure.LOOPS_TWO_CPU, SluiceProxy.NAME)
                        .ifPresent(two -> findings.add(Figure.LOOPS_COST, SluiceProxy.NAME, 0, two / one)));
    }

    private static Load load(Scene scene, SluiceProxy sluice) {
        return new ClosedLoop(scene.loops(), sluice.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, 0);
    }
}
