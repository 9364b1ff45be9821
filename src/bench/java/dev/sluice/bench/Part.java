package dev.sluice.bench;

import dev.sluice.bench.report.Results;
import java.io.IOException;

/** One part of the benchmark: a kind of load and its figures. */
interface Part {

    String name();

    /** The expected duration in seconds. */
    long seconds(Plan plan, int proxies);

    void run(Testbed testbed, Plan plan, Results results) throws IOException;
}
