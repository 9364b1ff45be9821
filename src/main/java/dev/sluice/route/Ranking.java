package dev.sluice.route;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Puts candidates in order. There are a few of them, so that the plainest ways are the fastest. */
final class Ranking {

    private Ranking() {}

    /**
     * The lowest first; equals stay as they are.
     *
     * @param measures of each candidate; sorted along
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

    /** Any order, each as likely. */
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
