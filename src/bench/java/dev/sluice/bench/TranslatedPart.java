package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Request;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;

/**
 * Sluice against itself: the provider's streams to clients of its own format, whose bytes pass, and to clients of
 * Anthropic's Messages, for whom they are translated. Both run in the same process, in turns.
 */
record TranslatedPart(String name, int promptBytes, int connections, int streams) implements Part {

    private static final long SETTLE_MILLIS = 500;
    private static final long RAMP_MILLIS = (long) Mode.EVENTS * Mode.GAP_MILLIS;

    /** @param clientEvents how many events of the client's make up one answer of the provider's */
    private record Side(String name, Request full, Request paced, int clientEvents, Figure cpu, Figure allocated) {}

    @Override
    public long seconds(Plan plan, int proxies) {
        long window = plan.windowSeconds();
        return 2 * (2L * plan.warmSeconds() + plan.rounds() * (2 * window + RAMP_MILLIS / 1000 + 2));
    }

    @Override
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        SluiceProxy sluice = scene.sluice();
        Proof.require(sluice, Mode.STREAM, promptBytes);
        Side passing = new Side(
                "passing",
                sluice.request(Mode.STREAM, promptBytes),
                sluice.request(Mode.PACED, promptBytes),
                Mode.EVENTS,
                Figure.PASSING_CPU,
                Figure.PASSING_ALLOCATED);
        Request translated = sluice.messages(Mode.STREAM, promptBytes);
        Side translating = new Side(
                "translated",
                translated,
                sluice.messages(Mode.PACED, promptBytes),
                Proof.messages(translated),
                Figure.TRANSLATED_CPU,
                Figure.TRANSLATED_ALLOCATED);
        warm(scene, plan, passing);
        warm(scene, plan, translating);
        for (int round = 0; round < plan.rounds(); round++) {
            boolean there = round % 2 == 0;
            double first = costs(scene, plan, findings, there ? passing : translating, round);
            double second = costs(scene, plan, findings, there ? translating : passing, round);
            findings.add(Figure.TRANSLATED_TIMES, sluice.name(), round, there ? second / first : first / second);
        }
        for (int round = 0; round < plan.rounds(); round++) {
            boolean there = round % 2 == 0;
            Measurement first = waits(scene, plan, findings, there ? passing : translating, round);
            Measurement second = waits(scene, plan, findings, there ? translating : passing, round);
            Measurement ours = there ? second : first;
            Measurement theirs = there ? first : second;
            findings.add(
                    Figure.TRANSLATED_FIRST_P50,
                    sluice.name(),
                    round,
                    ours.firstByteMicros(50) - theirs.firstByteMicros(50));
            findings.add(
                    Figure.TRANSLATED_FIRST_P99,
                    sluice.name(),
                    round,
                    ours.firstByteMicros(99) - theirs.firstByteMicros(99));
        }
    }

    private void warm(Scene scene, Plan plan, Side side) {
        scene.progress().say("%s: warming %s up, %s", name, scene.sluice().name(), side.name);
        try (Load load = new ClosedLoop(scene.loops(), side.full, connections, 0)) {
            Measurement.of(load, scene.sluice().process(), plan.warmSeconds());
        }
        try (Load load = new ClosedLoop(scene.loops(), side.paced, streams, RAMP_MILLIS)) {
            Measurement.of(load, scene.sluice().process(), plan.warmSeconds());
        }
    }

    /** Microseconds of CPU for each event of the provider's. */
    private double costs(Scene scene, Plan plan, Findings findings, Side side, int round) throws IOException {
        SluiceProxy sluice = scene.sluice();
        sluice.tidy();
        Measurement.prepare();
        try (Load load = new ClosedLoop(scene.loops(), side.full, connections, 0)) {
            Pause.millis(SETTLE_MILLIS);
            long allocated = scene.sluiceJvm().allocatedBytes();
            Measurement window = Measurement.of(load, sluice.process(), plan.windowSeconds());
            allocated = scene.sluiceJvm().allocatedBytes() - allocated;
            require(window, findings, side, round);
            double share = (double) side.clientEvents / Mode.EVENTS;
            double micros = window.cpuMicrosEach() * share;
            findings.add(side.cpu, sluice.name(), round, micros);
            findings.add(side.allocated, sluice.name(), round, share * allocated / window.units());
            scene.progress()
                    .say(
                            "%s: round %d, %-10s  %.2f µs CPU per event, %.0f events/s",
                            name, round + 1, side.name, micros, window.perSecond() / share);
            return micros;
        }
    }

    /** Of streams with a gap between events: how long their first byte takes. */
    private Measurement waits(Scene scene, Plan plan, Findings findings, Side side, int round) throws IOException {
        scene.sluice().tidy();
        Measurement.prepare();
        try (Load load = new ClosedLoop(scene.loops(), side.paced, streams, RAMP_MILLIS)) {
            Pause.millis(RAMP_MILLIS + SETTLE_MILLIS);
            Measurement window = Measurement.of(load, scene.sluice().process(), plan.windowSeconds());
            require(window, findings, side, round);
            scene.progress()
                    .say(
                            "%s: round %d, %-10s  first token p50 %.0f µs, p99 %.0f µs, paced",
                            name, round + 1, side.name, window.firstByteMicros(50), window.firstByteMicros(99));
            return window;
        }
    }

    private void require(Measurement window, Findings findings, Side side, int round) throws IOException {
        window.noteOwnPauses(findings, name);
        findings.failures(name, side.name, round, window.seen());
        if (!window.valid()) {
            throw new IOException("too many of the requests failed, " + side.name + ", round " + (round + 1));
        }
    }
}
