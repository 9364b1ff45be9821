package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.Java;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceSettings.Features;
import dev.sluice.bench.proxy.SluiceSettings.Tenants;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What settings cost: small whole answers and streams, as fast as they come, to Sluices with different settings, and to
 * HAProxy beside them. Each has a process of its own; the rounds are interleaved there and back.
 */
record SettingsPart(String name, Path directory, Java java, List<Variant> variants) implements Part {

    private static final int PROMPT_BYTES = 100;
    private static final int CONNECTIONS = 64;

    /**
     * @param whole figure of CPU per whole answer
     * @param more events that it makes of a stream, see {@link Proof}
     */
    record Variant(String name, Features features, Figure whole, Figure stream, int more) {
        Variant(String name, Features features, Figure whole, Figure stream) {
            this(name, features, whole, stream, 0);
        }
    }

    /** From a key of the file to all that is kept of callers, one step after the other. */
    static SettingsPart tenancy(Path directory, Java java) {
        return new SettingsPart(
                "tenancy",
                directory,
                java,
                List.of(
                        new Variant("key", Features.ALL, Figure.TENANCY_KEY, Figure.TENANCY_KEY_EVENT),
                        new Variant(
                                "limits",
                                Features.with(Tenants.LIMITS),
                                Figure.TENANCY_LIMITS,
                                Figure.TENANCY_LIMITS_EVENT),
                        new Variant(
                                "budgets",
                                Features.with(Tenants.BUDGETS),
                                Figure.TENANCY_BUDGETS,
                                Figure.TENANCY_BUDGETS_EVENT),
                        new Variant(
                                "ledger",
                                Features.with(Tenants.LEDGER),
                                Figure.TENANCY_LEDGER,
                                Figure.TENANCY_LEDGER_EVENT),
                        new Variant(
                                "stored",
                                Features.with(Tenants.STORED_KEY),
                                Figure.TENANCY_ALL,
                                Figure.TENANCY_ALL_EVENT)));
    }

    /** What a route may be asked to do beside naming its targets. */
    static SettingsPart routing(Path directory, Java java) {
        return new SettingsPart(
                "routing",
                directory,
                java,
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
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        int upstream = scene.direct().request(Mode.WHOLE, PROMPT_BYTES).port();
        List<SluiceProxy> running = new ArrayList<>();
        try {
            for (Variant variant : variants) {
                running.add(SluiceProxy.start(
                        directory.resolve(name + "-" + variant.name), java, upstream, variant.features));
            }
            for (Mode mode : List.of(Mode.WHOLE, Mode.STREAM)) {
                run(scene, plan, findings, mode, running);
            }
        } finally {
            running.forEach(SluiceProxy::close);
        }
    }

    private void run(Scene scene, Plan plan, Findings findings, Mode mode, List<SluiceProxy> running)
            throws IOException {
        for (int i = 0; i < running.size(); i++) {
            SluiceProxy sluice = running.get(i);
            Proof.require(sluice, mode, PROMPT_BYTES, variants.get(i).more);
            scene.progress().say("%s: warming %s up", name, variants.get(i).name);
            measure(scene, findings, sluice, mode, plan.warmSeconds(), name + ", warm-up of " + variants.get(i).name);
        }
        for (int round = 0; round < plan.rounds(); round++) {
            double haproxy = haproxy(scene, plan, findings, mode, round);
            for (int i = 0; i < running.size(); i++) {
                int at = round % 2 == 0 ? i : running.size() - 1 - i;
                Variant variant = variants.get(at);
                String title = "%s, %s, %s, round %d".formatted(name, modeName(mode), variant.name, round + 1);
                WholeRun run = measure(scene, findings, running.get(at), mode, plan.windowSeconds(), title);
                findings.failures(
                        name + " " + modeName(mode),
                        variant.name,
                        round,
                        run.window().seen());
                Figure figure = mode == Mode.WHOLE ? variant.whole : variant.stream;
                if (run.window().valid()) {
                    findings.add(figure, SluiceProxy.NAME, round, run.cpuMicrosEach());
                    if (!Double.isNaN(haproxy)) {
                        findings.add(figure, Baselines.HAPROXY, round, haproxy);
                    }
                }
                scene.progress()
                        .say(
                                "%s: %.2f µs CPU, %.0f/s, ledger behind by %.1f s",
                                title, run.cpuMicrosEach(), run.window().perSecond(), run.behindSeconds());
            }
        }
    }

    /** Not a number when it is not here. */
    private double haproxy(Scene scene, Plan plan, Findings findings, Mode mode, int round) throws IOException {
        for (Proxy proxy : scene.inRound(round)) {
            if (proxy.name().equals(Baselines.HAPROXY)) {
                double each = measure(scene, findings, proxy, mode, plan.windowSeconds(), name + ", haproxy")
                        .cpuMicrosEach();
                scene.progress().say("%s, %s, haproxy: %.2f µs CPU", name, modeName(mode), each);
                return each;
            }
        }
        return Double.NaN;
    }

    private static WholeRun measure(Scene scene, Findings findings, Proxy proxy, Mode mode, int seconds, String title)
            throws IOException {
        return WholeRun.of(
                () -> load(scene, proxy, mode), proxy, mode == Mode.WHOLE ? 1 : Mode.EVENTS, seconds, title, findings);
    }

    private static String modeName(Mode mode) {
        return mode == Mode.WHOLE ? "whole" : "stream";
    }

    private static Load load(Scene scene, Proxy proxy, Mode mode) {
        return new ClosedLoop(scene.loops(), proxy.request(mode, PROMPT_BYTES), CONNECTIONS, 0);
    }
}
