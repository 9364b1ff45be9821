package dev.sluice.bench;

import dev.sluice.bench.report.Findings;
import java.io.IOException;

/** One kind of load, and the figures it gives. */
interface Part {

    String name();

    /** About how long it takes. */
    long seconds(Plan plan, int proxies);

    void run(Scene scene, Plan plan, Findings findings) throws IOException;
}
