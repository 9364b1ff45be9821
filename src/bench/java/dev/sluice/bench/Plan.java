package dev.sluice.bench;

import java.util.List;
import java.util.Set;

/**
 * The durations and repetitions of a run.
 *
 * @param warmSeconds maximum warm-up of each JVM under each load
 * @param windowSeconds length of one measurement
 * @param rounds measurements per proxy and load
 * @param starts starts of Sluice, to measure its start time
 * @param parts names of the parts to run
 * @param proxies names of the proxies to run beside Sluice
 */
record Plan(int warmSeconds, int windowSeconds, int rounds, int starts, Set<String> parts, Set<String> proxies) {

    /** Worker threads of each proxy, and event loops of Sluice, as on a small instance. */
    static final int THREADS = 2;

    Plan {
        for (int figure : List.of(warmSeconds, windowSeconds, rounds, starts)) {
            if (figure < 1) {
                throw new IllegalArgumentException("--rounds and --seconds must be at least 1");
            }
        }
    }
}
