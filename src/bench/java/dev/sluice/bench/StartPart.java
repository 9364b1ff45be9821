package dev.sluice.bench;

import dev.sluice.bench.proxy.Java;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.report.Findings;
import java.io.IOException;
import java.nio.file.Path;

/** From nothing to the line that says Sluice is ready, and what it takes while nobody calls. Sluices of their own. */
record StartPart(Path directory, Java java) implements Part {

    private static final int NOBODY = 9;
    /** Until what the start left running has ended, and the figure stands still. */
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
    public void run(Scene scene, Plan plan, Findings findings) throws IOException {
        if (java.hasArchive()) {
            scene.progress().say("start: the first after a build writes the class-data archive when it stops");
            SluiceProxy.start(directory.resolve("start"), java, NOBODY).close();
        } else {
            findings.note("the JVM flags name no class-data archive: the start with one was not measured");
        }
        for (int round = 0; round < plan.starts(); round++) {
            if (java.hasArchive()) {
                start(scene, findings, java, Figure.READY_ARCHIVE, round);
            }
            start(scene, findings, java.withoutArchive(), Figure.READY_PLAIN, round);
        }
    }

    private void start(Scene scene, Findings findings, Java flags, Figure ready, int round) throws IOException {
        boolean shipped = flags.equals(java);
        try (SluiceProxy sluice = SluiceProxy.start(directory.resolve("start"), flags, NOBODY)) {
            findings.add(ready, sluice.name(), round, sluice.readyMillis());
            scene.progress().say("start: %d, %s %.0f ms", round + 1, ready.title(), sluice.readyMillis());
            if (shipped) {
                Pause.millis(IDLE_MILLIS);
                findings.add(
                        Figure.RESIDENT_IDLE,
                        sluice.name(),
                        round,
                        sluice.process().residentKib() / 1024.0);
            }
        }
    }
}
