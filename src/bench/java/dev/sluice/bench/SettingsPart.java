package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.Proxy;
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

/**
 * The cost of settings: small non-streamed responses and streams in a closed loop, through Sluices with different
 * settings and through HAProxy. Each is a separate process; the rounds are interleaved forward and backward.
 */
record SettingsPart(String name, Path directory, JvmCommand jvm, List<Variant> variants) implements Part {

    private static final int PROMPT_BYTES = 100;
    private static final int CONNECTIONS = 64;

    /**
     * @param whole figure of CPU per non-streamed response
     * @param extraEvents events per stream beyond those of the upstream, see {@link ResponseCheck}
     */
    record Variant(String name, Features features, Figure whole, Figure stream, int extraEvents) {
        Variant(String name, Features features, Figure whole, Figure stream) {
            this(name, features, whole, stream, 0);
        }
    }

    /** From a key in the file to all checks and records per caller, one more per variant. */
    static SettingsPart tenancy(Path directory, JvmCommand jvm) {
        return new SettingsPart(
                "tenancy",
                directory,
                jvm,
                List.of(
                        new Variant("key", Features.ALL, Figure.TENANCY_KEY, Figure.TENANCY_KEY_EVENT),
                        new Variant(
                                "limits",
                                Features.with(Tenancy.LIMITS),
                                Figure.TENANCY_LIMITS,
                                Figure.TENANCY_LIMITS_EVENT),
                        new Variant(
                                "budgets",
                                Features.with(Tenancy.BUDGETS),
                                Figure.TENANCY_BUDGETS,
                                Figure.TENANCY_BUDGETS_EVENT),
                        new Variant(
                                "ledger",
                                Features.with(Tenancy.LEDGER),
                                Figure.TENANCY_LEDGER,
                                Figure.TENANCY_LEDGER_EVENT),
                        new Variant(
                                "stored",
                                Features.with(Tenancy.STORED_KEY),
                                Figure.TENANCY_ALL,
                                Figure.TENANCY_ALL_EVENT)));
    }

    /** The options of a route. */
    static SettingsPart routing(Path directory, JvmCommand jvm) {
        return new SettingsPart(
                "routing",
                directory,
                jvm,
                List.of(
                        new Variant("plain", Features.ALL, Figure.ROUTING_PLAIN, Figure.ROUTING_PLAIN_EVENT),
                        new Variant(
                                "weighted",
                                Features.with("strategy: weighted, "),
                                Figure.ROUTING_WEIGHTED,
                                Figure.ROUTING_WEIGHTED_EVENT),
                        new Variant(
                                "latency",
                                Features.with("strategy: latency, "),
                                Figure.ROUTING_LATENCY,
                                Figure.ROUTING_LATENCY_EVENT),
                        new Variant(
                                "hedge",
                                Features.with("hedge: { after: 5s }, "),
                                Figure.ROUTING_HEDGE,
                                Figure.ROUTING_HEDGE_EVENT),
                        new Variant(
                                "continue",
                                Features.with("on_stream_failure: continue, "),
                                Figure.ROUTING_CONTINUE,
                                Figure.ROUTING_CONTINUE_EVENT),
                        new Variant(
                                "redact",
                                Features.with("sanitize: { redact: [email, api_key], where: both }, "),
                                Figure.ROUTING_REDACT,
                                Figure.ROUTING_REDACT_EVENT,
                                1)));
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return (variants.size() + 1L) * 2 * (plan.warmSeconds() + plan.rounds() * (plan.windowSeconds() + 3L));
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        int upstream = testbed.direct().request(Mode.WHOLE, PROMPT_BYTES).port();
        List<SluiceProxy> running = new ArrayList<>();
        try {
            for (Variant variant : variants) {
                running.add(SluiceProxy.start(
                        directory.resolve(name + "-" + variant.name), jvm, upstream, variant.features));
            }
            for (Mode mode : List.of(Mode.WHOLE, Mode.STREAM)) {
                run(testbed, plan, results, mode, running);
            }
        } finally {
            running.forEach(SluiceProxy::close);
        }
    }

    private void run(Testbed testbed, Plan plan, Results results, Mode mode, List<SluiceProxy> running)
            throws IOException {
        for (int i = 0; i < running.size(); i++) {
            SluiceProxy sluice = running.get(i);
            ResponseCheck.require(sluice, mode, PROMPT_BYTES, variants.get(i).extraEvents);
            testbed.progress().say("%s: warming up %s", name, variants.get(i).name);
            measure(testbed, results, sluice, mode, plan.warmSeconds(), name + ", warm-up of " + variants.get(i).name);
        }
        for (int round = 0; round < plan.rounds(); round++) {
            double haproxy = haproxy(testbed, plan, results, mode, round);
            for (int i = 0; i < running.size(); i++) {
                int at = round % 2 == 0 ? i : running.size() - 1 - i;
                Variant variant = variants.get(at);
                String title = "%s, %s, %s, round %d".formatted(name, modeName(mode), variant.name, round + 1);
                EndToEndRun run = measure(testbed, results, running.get(at), mode, plan.windowSeconds(), title);
                results.noteFailures(
                        name + " " + modeName(mode),
                        variant.name,
                        round,
                        run.window().interval());
                Figure figure = mode == Mode.WHOLE ? variant.whole : variant.stream;
                if (run.window().valid()) {
                    results.add(figure, SluiceProxy.NAME, round, run.cpuMicrosEach());
                    if (!Double.isNaN(haproxy)) {
                        results.add(figure, Baselines.HAPROXY, round, haproxy);
                    }
                }
                testbed.progress()
                        .say(
                                "%s: %.2f µs CPU, %.0f/s, ledger behind by %.1f s",
                                title, run.cpuMicrosEach(), run.window().perSecond(), run.ledgerLagSeconds());
            }
        }
    }

    /** CPU per unit through HAProxy; NaN when it is not installed. */
    private double haproxy(Testbed testbed, Plan plan, Results results, Mode mode, int round) throws IOException {
        for (Proxy proxy : testbed.proxiesInRound(round)) {
            if (proxy.name().equals(Baselines.HAPROXY)) {
                double each = measure(testbed, results, proxy, mode, plan.windowSeconds(), name + ", haproxy")
                        .cpuMicrosEach();
                testbed.progress().say("%s, %s, haproxy: %.2f µs CPU", name, modeName(mode), each);
                return each;
            }
        }
        return Double.NaN;
    }

    private static EndToEndRun measure(
            Testbed testbed, Results results, Proxy proxy, Mode mode, int seconds, String title) throws IOException {
        return EndToEndRun.of(
                () -> load(testbed, proxy, mode), proxy, mode == Mode.WHOLE ? 1 : Mode.EVENTS, seconds, title, results);
    }

    private static String modeName(Mode mode) {
        return mode == Mode.WHOLE ? "whole" : "stream";
    }

    private static Load load(Testbed testbed, Proxy proxy, Mode mode) {
        return new ClosedLoop(testbed.loops(), proxy.request(mode, PROMPT_BYTES), CONNECTIONS, 0);
    }
}
