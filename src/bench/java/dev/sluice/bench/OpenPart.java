package dev.sluice.bench;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.measure.AdminMetrics;
import dev.sluice.bench.measure.JvmWatch;
import dev.sluice.bench.proxy.Java;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What streams take that are open and little else: a Sluice of its own, so that no other load has grown it. Each stream
 * is two file descriptors of Sluice's.
 */
record OpenPart(Path directory, Java java, int streams) implements Part {

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
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        int upstream = scene.direct().request(Mode.SLOW, PROMPT_BYTES).port();
        try (SluiceProxy sluice = SluiceProxy.start(directory.resolve("open"), java, upstream);
                AdminMetrics metrics = new AdminMetrics(sluice.adminUrl())) {
            long inUseOpen;
            double resident;
            try (Load load =
                    new ClosedLoop(scene.loops(), sluice.request(Mode.SLOW, PROMPT_BYTES), streams, RAMP_MILLIS)) {
                Pause.millis(RAMP_MILLIS + HOLD_MILLIS);
                double open = metrics.openStreams();
                resident = sluice.process().residentKib() / 1024.0;
                scene.progress().say("%s: %.0f streams open, %.0f MiB resident", name(), open, resident);
                if (open < streams) {
                    findings.note("%s: only %.0f streams were open: %s"
                            .formatted(
                                    name(), open, load.tally().sinceLastLook().firstFailure()));
                    return;
                }
                // Attached only now, since the agent takes memory.
                inUseOpen = inUse(sluice);
            }
            Pause.millis(CLOSE_MILLIS);
            findings.add(Figure.OPEN_8000_RESIDENT, sluice.name(), 0, resident);
            findings.add(Figure.OPEN_8000_MEMORY, sluice.name(), 0, (inUseOpen - inUse(sluice)) / 1024.0 / streams);
        }
    }

    private static long inUse(SluiceProxy sluice) throws IOException {
        try (JvmWatch jvm = JvmWatch.attach(sluice.child().pid())) {
            return jvm.heapUsedAfterCollection() + jvm.directBytes();
        }
    }
}
