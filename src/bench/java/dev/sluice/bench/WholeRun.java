package dev.sluice.bench;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceStore;
import dev.sluice.bench.report.Findings;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * A load from its first request to the end of all that follows from it: the last answer, and the last row in the
 * ledger. What is done later is on the bill of who caused it, and not of who is measured next.
 *
 * @param window in the midst of it, for rates
 * @param cpuMicrosEach by answers, or by events where the load is streams
 * @param behindSeconds from the last answer to the last row
 */
record WholeRun(Measurement window, double cpuMicrosEach, double behindSeconds) {

    private static final long SETTLE_MILLIS = 500;
    private static final int LAST_ANSWERS_SECONDS = 10;
    private static final int LAST_ROWS_SECONDS = 120;

    /**
     * @param eventsEach of an answer; 1 where it is whole
     * @param title for notes, when something is not as it should be
     */
    static WholeRun of(
            Supplier<Load> begin, Proxy proxy, int eventsEach, int windowSeconds, String title, Findings findings)
            throws IOException {
        proxy.tidy();
        Measurement.prepare();
        SluiceStore store = proxy instanceof SluiceProxy sluice ? sluice.store() : null;
        // Waits a moment, in which what came before, such as a proof, is written.
        long rows = store == null ? 0 : store.awaitRows(0, 0);
        long cpu = proxy.process().cpuMicros();
        try (Load load = begin.get()) {
            Pause.millis(SETTLE_MILLIS);
            Measurement window = Measurement.of(load, proxy.process(), windowSeconds);
            int unanswered = load.finish(LAST_ANSWERS_SECONDS);
            long end = System.nanoTime();
            long answers = load.tally().everAnswered();
            double behind = 0;
            if (store != null) {
                long written = store.awaitRows(rows + answers, LAST_ROWS_SECONDS) - rows;
                behind = Math.max(0, (System.nanoTime() - end) / 1e9 - SluiceStore.SURE_MILLIS / 1e3);
                findings.note(title + ": ledger " + (written == answers ? "exact" : "WRONG") + ", rows for answers: "
                        + written + " for " + answers);
            }
            if (unanswered > 0) {
                findings.note(title + ": " + unanswered + " requests were never answered");
            }
            window.noteOwnPauses(findings, title);
            double each = (double) (proxy.process().cpuMicros() - cpu) / Math.max(1, answers * eventsEach);
            return new WholeRun(window, each, behind);
        }
    }
}
