package dev.sluice.route;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sorts and shuffles candidates. Lists are short, so the simplest algorithms are the fastest. */
final class Ranking {

    private Ranking() {}

    /**
     * Sorts by measure, lowest first; ties keep their order.
     *
     * @param measures one for each candidate; sorted in place along with them
     */
    static List<Candidate> ascending(List<Candidate> candidates, double[] measures) {
        Candidate[] sorted = candidates.toArray(new Candidate[0]);
        for (int i = 1; i < sorted.length; i++) {
            Candidate candidate = sorted[i];
            double measure = measures[i];
            int at = i;
            for (; at > 0 && measures[at - 1] > measure; at--) {
                sorted[at] = sorted[at - 1];
                measures[at] = measures[at - 1];
            }
            sorted[at] = candidate;
            measures[at] = measure;
        }
        return Arrays.asList(sorted);
    }

    /** A uniformly random order. */
    static List<Candidate> shuffled(List<Candidate> candidates, RandomGenerator random) {
        Candidate[] shuffled = candidates.toArray(new Candidate[0]);
        for (int i = shuffled.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            Candidate moved = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = moved;
        }
        return Arrays.asList(shuffled);
    }
}
