package dev.sluice.bench;

import dev.sluice.bench.load.ConstantRate;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Tally;
import dev.sluice.bench.proxy.Java;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceSettings.Features;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Crowd;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Streams from a provider that takes only so many at once, to a Sluice that finds the bound itself: at half of what the
 * provider can do, and at five times of it.
 */
record SaturationPart(Path directory, Java java) implements Part {

    private static final String NAME = "saturation";
    private static final int PROMPT_BYTES = 100;
    private static final double CALM = 0.5 * Crowd.PER_SECOND;
    private static final double FLOOD = 5 * Crowd.PER_SECOND;
    /** So many that none of the load has to wait for a connection. */
    private static final int CONNECTIONS = 1000;

    private static final int CALM_SECONDS = 30;
    private static final int LAST_ANSWERS_SECONDS = 30;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return (2L + plan.rounds()) * (CALM_SECONDS + plan.windowSeconds());
    }

    @Override
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        int upstream = scene.direct().request(Mode.WHOLE, PROMPT_BYTES).port();
        try (SluiceProxy sluice = SluiceProxy.start(directory.resolve(NAME), java, upstream, Features.ALL)) {
            Proof.require(sluice, Mode.CROWDED, PROMPT_BYTES);
            for (int round = 0; round < plan.rounds(); round++) {
                Tally.Seen calm = measure(scene, sluice, CALM, round == 0 ? 2 * CALM_SECONDS : CALM_SECONDS);
                findings.failures(NAME, "half of what the provider can do", round, calm);
                double usual = calm.firstByte().getValueAtPercentile(99) / 1e6;
                Tally.Seen flood = measure(scene, sluice, FLOOD, plan.windowSeconds() + CALM_SECONDS / 3);
                double first = flood.firstByte().getValueAtPercentile(99) / 1e6;
                String name = sluice.name();
                findings.add(Figure.SATURATION_CALM, name, round, usual);
                findings.add(Figure.SATURATION_FIRST, name, round, first);
                findings.add(Figure.SATURATION_TIMES, name, round, first / usual);
                findings.add(
                        Figure.SATURATION_REFUSED, name, round, flood.refusal().getValueAtPercentile(99) / 1e6);
                findings.add(
                        Figure.SATURATION_ANSWERED,
                        name,
                        round,
                        flood.answers() / (plan.windowSeconds() + CALM_SECONDS / 3.0) / Crowd.PER_SECOND);
                findings.add(Figure.SATURATION_MUTE, name, round, flood.mute());
                findings.add(
                        Figure.SATURATION_OTHER,
                        name,
                        round,
                        flood.failures() - flood.refusal().getTotalCount());
                scene.progress()
                        .say(
                                "%s: round %d, first token p99 %.0f ms, flooded %.0f ms; %d answered, %d refused in p99"
                                        + " %.1f ms, %d of them mute",
                                NAME,
                                round + 1,
                                usual,
                                first,
                                flood.answers(),
                                flood.refusal().getTotalCount(),
                                flood.refusal().getValueAtPercentile(99) / 1e6,
                                flood.mute());
            }
        }
    }

    /** All of a load: also what was admitted before the bound had found itself. */
    private static Tally.Seen measure(Scene scene, SluiceProxy sluice, double rate, int seconds) throws IOException {
        sluice.tidy();
        Measurement.prepare();
        try (Load load =
                new ConstantRate(scene.loops(), sluice.request(Mode.CROWDED, PROMPT_BYTES), CONNECTIONS, rate)) {
            Pause.millis(seconds * 1000L);
            int hanging = load.finish(LAST_ANSWERS_SECONDS);
            if (hanging > 0) {
                throw new IOException(hanging + " requests hang");
            }
            return load.tally().sinceLastLook();
        }
    }
}
