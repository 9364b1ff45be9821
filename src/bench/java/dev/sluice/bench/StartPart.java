package dev.sluice.bench;

import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Results;
import java.io.IOException;
import java.nio.file.Path;

/** The time from the start of a Sluice to its ready line, and its memory when idle. */
record StartPart(Path directory, JvmCommand jvm) implements Part {

    private static final int UNUSED_PORT = 9;
    /** Long enough for work of the start to end and for the figure to settle. */
    private static final long IDLE_MILLIS = 1500;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public long seconds(Plan plan, int proxies) {
        return plan.starts() * 5L;
    }

    @Override
    public void run(Testbed testbed, Plan plan, Results results) throws IOException {
        if (jvm.namesArchive()) {
            testbed.progress().say("start: the first start after a build writes the class-data archive when it stops");
            SluiceProxy.start(directory.resolve("start"), jvm, UNUSED_PORT).close();
        } else {
            results.note("the JVM flags name no class-data archive: the start with one was not measured");
        }
        for (int round = 0; round < plan.starts(); round++) {
            if (jvm.namesArchive()) {
                start(testbed, results, jvm, Figure.READY_ARCHIVE, round);
            }
            start(testbed, results, jvm.withoutArchive(), Figure.READY_PLAIN, round);
        }
    }

    private void start(Testbed testbed, Results results, JvmCommand flags, Figure ready, int round) throws IOException {
        boolean production = flags.equals(jvm);
        try (SluiceProxy sluice = SluiceProxy.start(directory.resolve("start"), flags, UNUSED_PORT)) {
            results.add(ready, sluice.name(), round, sluice.readyMillis());
            testbed.progress().say("start: %d, %s %.0f ms", round + 1, ready.title(), sluice.readyMillis());
            if (production) {
                Pause.millis(IDLE_MILLIS);
                results.add(
                        Figure.RESIDENT_IDLE,
                        sluice.name(),
                        round,
                        sluice.process().residentKib() / 1024.0);
            }
        }
    }
}
