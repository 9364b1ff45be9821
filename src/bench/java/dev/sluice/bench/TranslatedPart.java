package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Request;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;

/**
 * Compares passing with translating: the provider's streams to clients of the same format, which receive the provider's
 * bytes, and to clients of Anthropic's Messages, for which they are translated. Both run alternately in the same
 * process.
 */
record TranslatedPart(String name, int promptBytes, int connections, int streams) implements Part {

    private static final long SETTLE_MILLIS = 500;
    private static final long RAMP_MILLIS = (long) Mode.EVENTS * Mode.GAP_MILLIS;

    /** @param clientEvents number of events that the client receives per response of the provider */
    private record Side(String name, Request full, Request paced, int clientEvents, Figure cpu, Figure allocated) {}

    @Override
    public long seconds(Plan plan, int proxies) {
        long window = plan.windowSeconds();
        return 2 * (2L * plan.warmSeconds() + plan.rounds() * (2 * window + RAMP_MILLIS / 1000 + 2));
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        SluiceProxy sluice = testbed.sluice();
        ResponseCheck.require(sluice, Mode.STREAM, promptBytes);
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
                ResponseCheck.requireMessages(translated),
                Figure.TRANSLATED_CPU,
                Figure.TRANSLATED_ALLOCATED);
        warm(testbed, plan, passing);
        warm(testbed, plan, translating);
        for (int round = 0; round < plan.rounds(); round++) {
            boolean passingFirst = round % 2 == 0;
            double first = measureCpu(testbed, plan, results, passingFirst ? passing : translating, round);
            double second = measureCpu(testbed, plan, results, passingFirst ? translating : passing, round);
            results.add(Figure.TRANSLATED_TIMES, sluice.name(), round, passingFirst ? second / first : first / second);
        }
        for (int round = 0; round < plan.rounds(); round++) {
            boolean passingFirst = round % 2 == 0;
            Measurement first = measureFirstToken(testbed, plan, results, passingFirst ? passing : translating, round);
            Measurement second = measureFirstToken(testbed, plan, results, passingFirst ? translating : passing, round);
            Measurement translatedWindow = passingFirst ? second : first;
            Measurement passingWindow = passingFirst ? first : second;
            results.add(
                    Figure.TRANSLATED_FIRST_P50,
                    sluice.name(),
                    round,
                    translatedWindow.firstByteMicros(50) - passingWindow.firstByteMicros(50));
            results.add(
                    Figure.TRANSLATED_FIRST_P99,
                    sluice.name(),
                    round,
                    translatedWindow.firstByteMicros(99) - passingWindow.firstByteMicros(99));
        }
    }

    private void warm(Testbed testbed, Plan plan, Side side) {
        testbed.progress().say("%s: warming up %s, %s", name, testbed.sluice().name(), side.name);
        try (Load load = new ClosedLoop(testbed.loops(), side.full, connections, 0)) {
            Measurement.of(load, testbed.sluice().process(), plan.warmSeconds());
        }
        try (Load load = new ClosedLoop(testbed.loops(), side.paced, streams, RAMP_MILLIS)) {
            Measurement.of(load, testbed.sluice().process(), plan.warmSeconds());
        }
    }

    /** Microseconds of CPU per event of the provider. */
    private double measureCpu(Testbed testbed, Plan plan, Results results, Side side, int round) throws IOException {
        SluiceProxy sluice = testbed.sluice();
        sluice.truncateLog();
        Measurement.collectGarbage();
        try (Load load = new ClosedLoop(testbed.loops(), side.full, connections, 0)) {
            Pause.millis(SETTLE_MILLIS);
            long allocated = testbed.sluiceJvm().allocatedBytes();
            Measurement window = Measurement.of(load, sluice.process(), plan.windowSeconds());
            allocated = testbed.sluiceJvm().allocatedBytes() - allocated;
            require(window, results, side, round);
            double share = (double) side.clientEvents / Mode.EVENTS;
            double micros = window.cpuMicrosEach() * share;
            results.add(side.cpu, sluice.name(), round, micros);
            results.add(side.allocated, sluice.name(), round, share * allocated / window.units());
            testbed.progress()
                    .say(
                            "%s: round %d, %-10s  %.2f µs CPU per event, %.0f events/s",
                            name, round + 1, side.name, micros, window.perSecond() / share);
            return micros;
        }
    }

    /** The time to the first byte of paced streams. */
    private Measurement measureFirstToken(Testbed testbed, Plan plan, Results results, Side side, int round)
            throws IOException {
        testbed.sluice().truncateLog();
        Measurement.collectGarbage();
        try (Load load = new ClosedLoop(testbed.loops(), side.paced, streams, RAMP_MILLIS)) {
            Pause.millis(RAMP_MILLIS + SETTLE_MILLIS);
            Measurement window = Measurement.of(load, testbed.sluice().process(), plan.windowSeconds());
            require(window, results, side, round);
            testbed.progress()
                    .say(
                            "%s: round %d, %-10s  first token p50 %.0f µs, p99 %.0f µs, paced",
                            name, round + 1, side.name, window.firstByteMicros(50), window.firstByteMicros(99));
            return window;
        }
    }

    private void require(Measurement window, Results results, Side side, int round) throws IOException {
        window.noteLoadCollections(results, name);
        results.noteFailures(name, side.name, round, window.interval());
        if (!window.valid()) {
            throw new IOException("too many requests failed: " + side.name + ", round " + (round + 1));
        }
    }
}
