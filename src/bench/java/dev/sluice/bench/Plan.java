package dev.sluice.bench;

import java.util.List;
import java.util.Set;

/**
 * How long and how often.
 *
 * @param warmSeconds at most, for each JVM and load
 * @param windowSeconds of one measurement
 * @param rounds measurements of each proxy under each load
 * @param starts of Sluice, for the time until it is ready
 * @param parts names of the parts to run
 * @param proxies names of the proxies to run beside Sluice
 */
record Plan(int warmSeconds, int windowSeconds, int rounds, int starts, Set<String> parts, Set<String> proxies) {

    /** Threads of each proxy, and of Sluice that many event loops: what a small instance has. */
    static final int THREADS = 2;

    Plan {
        for (int figure : List.of(warmSeconds, windowSeconds, rounds, starts)) {
            if (figure < 1) {
                throw new IllegalArgumentException("rounds, seconds and starts: at least 1");
            }
        }
    }
}
