package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceSettings.Features;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares Sluices that differ in one setting: small requests in a closed loop. Each is a separate process; the rounds
 * are interleaved forward and backward.
 */
record VariantPart(String name, Path directory, JvmCommand jvm, List<Variant> variants) implements Part {

    private static final int PROMPT_BYTES = 100;
    private static final int CONNECTIONS = 64;
    private static final long SETTLE_MILLIS = 500;

    /** @param rate may be null */
    private record Variant(String name, Figure cpu, Figure rate, List<String> flags, Features features) {

        static Variant loops(int count, Figure cpu, Figure rate) {
            // With one processor the JVM would choose another collector, which has a different cost.
            List<String> flags = List.of("-XX:ActiveProcessorCount=" + count, "-XX:+UseG1GC");
            return new Variant(count + " loops", cpu, rate, flags, Features.ALL);
        }

        static Variant feature(String name, Figure cpu, Features features) {
            return new Variant(name, cpu, null, List.of(), features);
        }
    }

    /**
     * One and two event loops: the cost per request shows the benefit of a second core, from which the load cannot be
     * kept away.
     */
    static VariantPart loops(Path directory, JvmCommand jvm) {
        return new VariantPart(
                "loops",
                directory,
                jvm,
                List.of(
                        Variant.loops(1, Figure.LOOPS_ONE_CPU, Figure.LOOPS_ONE_RATE),
                        Variant.loops(2, Figure.LOOPS_TWO_CPU, Figure.LOOPS_TWO_RATE)));
    }

    /** From no feature to all of them, one more per variant. */
    static VariantPart features(Path directory, JvmCommand jvm) {
        return new VariantPart(
                "features",
                directory,
                jvm,
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
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        int upstream = testbed.direct().request(Mode.WHOLE, PROMPT_BYTES).port();
        List<SluiceProxy> running = new ArrayList<>();
        try {
            for (Variant variant : variants) {
                JvmCommand flags = jvm;
                for (String flag : variant.flags) {
                    flags = flags.with(flag);
                }
                SluiceProxy sluice = SluiceProxy.start(
                        directory.resolve(name + "-" + variant.name.replace(' ', '-')),
                        flags,
                        upstream,
                        variant.features);
                running.add(sluice);
                ResponseCheck.require(sluice, Mode.WHOLE, PROMPT_BYTES);
                testbed.progress().say("%s: warming up %s", name, variant.name);
                try (Load load = load(testbed, sluice)) {
                    Measurement.of(load, sluice.process(), plan.warmSeconds());
                }
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (int i = 0; i < variants.size(); i++) {
                    int at = round % 2 == 0 ? i : variants.size() - 1 - i;
                    measure(testbed, plan, results, variants.get(at), running.get(at), round);
                }
            }
        } finally {
            running.forEach(SluiceProxy::close);
        }
        compareLoops(results);
    }

    private void measure(Testbed testbed, Plan plan, Results results, Variant variant, SluiceProxy sluice, int round)
            throws IOException {
        sluice.truncateLog();
        Measurement.collectGarbage();
        try (Load load = load(testbed, sluice)) {
            Pause.millis(SETTLE_MILLIS);
            Measurement window = Measurement.of(load, sluice.process(), plan.windowSeconds());
            window.noteLoadCollections(results, name);
            results.noteFailures(name, variant.name, round, window.interval());
            if (!window.valid()) {
                return;
            }
            results.add(variant.cpu, sluice.name(), round, window.cpuMicrosEach());
            if (variant.rate != null) {
                results.add(variant.rate, sluice.name(), round, window.perSecond());
            }
            testbed.progress()
                    .say(
                            "%s: round %d, %-7s  %.1f µs CPU, %.0f/s",
                            name, round + 1, variant.name, window.cpuMicrosEach(), window.perSecond());
        }
    }

    private static void compareLoops(Results results) {
        results.median(Figure.LOOPS_ONE_CPU, SluiceProxy.NAME)
                .ifPresent(one -> results.median(Figure.LOOPS_TWO_CPU, SluiceProxy.NAME)
                        .ifPresent(two -> results.add(Figure.LOOPS_COST, SluiceProxy.NAME, 0, two / one)));
    }

    private static Load load(Testbed testbed, SluiceProxy sluice) {
        return new ClosedLoop(testbed.loops(), sluice.request(Mode.WHOLE, PROMPT_BYTES), CONNECTIONS, 0);
    }
}
