package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Request;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceSettings.Features;
import dev.sluice.bench.proxy.SluiceSettings.Tenancy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Compares this version of Sluice with another one: the cost of a request, without keys and without a store, and of
 * this version also with a store. The rounds are interleaved forward and backward.
 *
 * @param other the other version's jar
 * @param cases any of small, stream, translated (to Messages), large, and store, which adds this version with a store;
 *     empty: all
 */
record AgainstPart(Path directory, JvmCommand jvm, Path other, Set<String> cases) implements Part {

    private static final String OTHER = "other";
    private static final String STORE = "with store";
    private static final int CONNECTIONS = 64;
    private static final Features OPEN = new Features(false, true, true, true);
    private static final Features WITH_STORE = new Features(false, true, true, true, Tenancy.LEDGER, "");

    /** A load and its figures; {@code times} and {@code storeTimes} are ratios to the other version. */
    private record Case(
            String name, Mode mode, int promptBytes, Figure cpu, Figure rate, Figure times, Figure storeTimes) {

        boolean isTranslated() {
            return name.equals("translated");
        }

        Request request(SluiceProxy sluice) {
            return isTranslated() ? sluice.messages(mode, promptBytes) : sluice.request(mode, promptBytes);
        }
    }

    private static final List<Case> CASES = List.of(
            new Case(
                    "small",
                    Mode.WHOLE,
                    100,
                    Figure.AGAINST_SMALL_CPU,
                    Figure.AGAINST_SMALL_RATE,
                    Figure.AGAINST_SMALL_TIMES,
                    Figure.AGAINST_SMALL_STORE),
            new Case(
                    "stream",
                    Mode.STREAM,
                    100,
                    Figure.AGAINST_STREAM_CPU,
                    Figure.AGAINST_STREAM_RATE,
                    Figure.AGAINST_STREAM_TIMES,
                    Figure.AGAINST_STREAM_STORE),
            new Case(
                    "translated",
                    Mode.STREAM,
                    100,
                    Figure.AGAINST_TRANSLATED_CPU,
                    Figure.AGAINST_TRANSLATED_RATE,
                    Figure.AGAINST_TRANSLATED_TIMES,
                    Figure.AGAINST_TRANSLATED_STORE),
            new Case(
                    "large",
                    Mode.WHOLE,
                    100 * 1024,
                    Figure.AGAINST_LARGE_CPU,
                    Figure.AGAINST_LARGE_RATE,
                    Figure.AGAINST_LARGE_TIMES,
                    Figure.AGAINST_LARGE_STORE));

    private record Version(String name, SluiceProxy sluice) {}

    @Override
    public String name() {
        return "against";
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return 3L * CASES.size() * (plan.warmSeconds() + plan.rounds() * (plan.windowSeconds() + 1L));
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        int upstream = testbed.direct().request(Mode.WHOLE, 0).port();
        // A class-data archive belongs to one jar.
        JvmCommand plain = jvm.withoutArchive();
        List<Version> versions = new ArrayList<>();
        try {
            versions.add(new Version(
                    OTHER, SluiceProxy.start(directory.resolve("against-other"), plain, upstream, OPEN, other)));
            versions.add(new Version(
                    SluiceProxy.NAME, SluiceProxy.start(directory.resolve("against"), plain, upstream, OPEN)));
            if (cases.isEmpty() || cases.contains("store")) {
                versions.add(new Version(
                        STORE, SluiceProxy.start(directory.resolve("against-store"), plain, upstream, WITH_STORE)));
            }
            for (Case each : CASES) {
                if (cases.isEmpty() || cases.contains(each.name)) {
                    run(testbed, plan, results, each, versions);
                }
            }
        } finally {
            versions.forEach(version -> version.sluice.close());
        }
    }

    private void run(Testbed testbed, Plan plan, Results results, Case each, List<Version> versions)
            throws IOException {
        for (Version version : versions) {
            check(each, version.sluice);
            try (Load load = load(testbed, each, version)) {
                Measurement.of(load, version.sluice.process(), plan.warmSeconds());
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            double[] cost = new double[versions.size()];
            for (int i = 0; i < cost.length; i++) {
                int at = round % 2 == 0 ? i : cost.length - 1 - i;
                cost[at] = measure(testbed, plan, results, each, versions.get(at), round);
            }
            results.add(each.times, SluiceProxy.NAME, round, cost[1] / cost[0]);
            if (cost.length > 2) {
                results.add(each.storeTimes, SluiceProxy.NAME, round, cost[2] / cost[0]);
            }
        }
    }

    private double measure(Testbed testbed, Plan plan, Results results, Case each, Version version, int round)
            throws IOException {
        EndToEndRun run = EndToEndRun.of(
                () -> load(testbed, each, version),
                version.sluice,
                each.mode == Mode.WHOLE ? 1 : Mode.EVENTS,
                plan.windowSeconds(),
                "against %s, %s, round %d".formatted(each.name, version.name, round + 1),
                results);
        results.noteFailures(
                "against " + each.name, version.name, round, run.window().interval());
        results.add(each.cpu, version.name, round, run.cpuMicrosEach());
        results.add(each.rate, version.name, round, run.window().perSecond());
        testbed.progress()
                .say(
                        "against %s: round %d, %-10s  %.2f µs CPU, %.0f/s, ledger behind by %.1f s",
                        each.name,
                        round + 1,
                        version.name,
                        run.cpuMicrosEach(),
                        run.window().perSecond(),
                        run.ledgerLagSeconds());
        return run.cpuMicrosEach();
    }

    private static void check(Case each, SluiceProxy sluice) throws IOException {
        if (each.isTranslated()) {
            ResponseCheck.requireMessages(each.request(sluice));
        } else {
            ResponseCheck.require(sluice, each.mode, each.promptBytes);
        }
    }

    private static Load load(Testbed testbed, Case each, Version version) {
        return new ClosedLoop(testbed.loops(), each.request(version.sluice), CONNECTIONS, 0);
    }
}
