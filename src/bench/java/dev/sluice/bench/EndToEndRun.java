package dev.sluice.bench;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.proxy.SluiceStore;
import dev.sluice.bench.report.Results;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * One load from its first request to its last response and its last ledger row, so that deferred writes are charged to
 * the requests that caused them and not to the next measurement.
 *
 * @param window a window within the load, for rates
 * @param cpuMicrosEach per response, or per event where the load is streams
 * @param ledgerLagSeconds from the last response to the last ledger row
 */
record EndToEndRun(Measurement window, double cpuMicrosEach, double ledgerLagSeconds) {

    private static final long SETTLE_MILLIS = 500;
    private static final int LAST_RESPONSES_SECONDS = 10;
    private static final int LAST_ROWS_SECONDS = 120;

    /**
     * @param eventsEach events per response; 1 for a non-streamed one
     * @param title names the run in notes
     */
    static EndToEndRun of(
            Supplier<Load> start, Proxy proxy, int eventsEach, int windowSeconds, String title, Results results)
            throws IOException {
        proxy.truncateLog();
        Measurement.collectGarbage();
        SluiceStore store = proxy instanceof SluiceProxy sluice ? sluice.store() : null;
        // Waits a moment, so that rows of earlier requests, such as those of the response check, are written.
        long rows = store == null ? 0 : store.awaitRows(0, 0);
        long cpu = proxy.process().cpuMicros();
        try (Load load = start.get()) {
            Pause.millis(SETTLE_MILLIS);
            Measurement window = Measurement.of(load, proxy.process(), windowSeconds);
            int missing = load.finish(LAST_RESPONSES_SECONDS);
            long end = System.nanoTime();
            long responses = load.stats().totalResponses();
            double ledgerLag = 0;
            if (store != null) {
                long written = store.awaitRows(rows + responses, LAST_ROWS_SECONDS) - rows;
                ledgerLag = Math.max(0, (System.nanoTime() - end) / 1e9 - SluiceStore.SURPLUS_WAIT_MILLIS / 1e3);
                results.note(title + ": ledger " + (written == responses ? "exact" : "WRONG") + ", rows for responses: "
                        + written + " for " + responses);
            }
            if (missing > 0) {
                results.note(title + ": " + missing + " requests received no response");
            }
            window.noteLoadCollections(results, title);
            double each = (double) (proxy.process().cpuMicros() - cpu) / Math.max(1, responses * eventsEach);
            return new EndToEndRun(window, each, ledgerLag);
        }
    }
}
