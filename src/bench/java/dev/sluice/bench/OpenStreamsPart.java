package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.measure.AdminMetrics;
import dev.sluice.bench.measure.RemoteJvm;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The memory of open, mostly idle streams. It has a Sluice of its own, which no other load has grown. Each stream uses
 * two file descriptors of Sluice.
 */
record OpenStreamsPart(Path directory, JvmCommand jvm, int streams) implements Part {

    private static final int PROMPT_BYTES = 100;
    private static final long RAMP_MILLIS = 10_000;
    private static final long HOLD_MILLIS = 8_000;
    private static final long CLOSE_MILLIS = 3_000;

    @Override
    public String name() {
        return "open" + streams;
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return (RAMP_MILLIS + HOLD_MILLIS + CLOSE_MILLIS) / 1000 + 3;
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        int upstream = testbed.direct().request(Mode.SLOW, PROMPT_BYTES).port();
        try (SluiceProxy sluice = SluiceProxy.start(directory.resolve("open"), jvm, upstream);
                AdminMetrics metrics = new AdminMetrics(sluice.adminUrl())) {
            long memoryOpen;
            double resident;
            try (Load load =
                    new ClosedLoop(testbed.loops(), sluice.request(Mode.SLOW, PROMPT_BYTES), streams, RAMP_MILLIS)) {
                Pause.millis(RAMP_MILLIS + HOLD_MILLIS);
                double open = metrics.openStreams();
                resident = sluice.process().residentKib() / 1024.0;
                testbed.progress().say("%s: %.0f streams open, %.0f MiB resident", name(), open, resident);
                if (open < streams) {
                    results.note("%s: only %.0f streams were open; first failure: %s"
                            .formatted(name(), open, load.stats().takeInterval().firstFailure()));
                    return;
                }
                // Attached only now, because the agent uses memory.
                memoryOpen = memoryInUse(sluice);
            }
            Pause.millis(CLOSE_MILLIS);
            results.add(Figure.OPEN_8000_RESIDENT, sluice.name(), 0, resident);
            results.add(
                    Figure.OPEN_8000_MEMORY, sluice.name(), 0, (memoryOpen - memoryInUse(sluice)) / 1024.0 / streams);
        }
    }

    private static long memoryInUse(SluiceProxy sluice) throws IOException {
        try (RemoteJvm jvm = RemoteJvm.attach(sluice.child().pid())) {
            return jvm.heapUsedAfterCollection() + jvm.directBytes();
        }
    }
}
