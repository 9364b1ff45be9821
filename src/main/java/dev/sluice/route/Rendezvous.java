package dev.sluice.route;

import dev.sluice.model.StableHash;
import java.util.ArrayList;
import java.util.List;

/**
 * Rendezvous hashing (highest random weight) of sticky keys to targets: each target has a pseudo-random score for the
 * key, and the best score wins. Every process computes the same scores. When a target is removed, only its own keys
 * move, each to the next target in its order. Shares follow weights (Schindelhauer and Schomaker's logarithmic method);
 * weight 0 comes last.
 */
final class Rendezvous {

    /** A target with fewer attempts in flight is never too busy for its keys. */
    static final int NEVER_BUSY_BELOW = 16;

    /** Above this multiple of its share of all attempts in flight, a target's keys go to the next target. */
    private static final double BOUND = 1.5;

    private static final double UNIT = 0x1p-53;

    private Rendezvous() {}

    /** @param fit at least two */
    static List<Candidate> order(List<Candidate> fit, long key) {
        double[] drawn = new double[fit.size()];
        for (int i = 0; i < drawn.length; i++) {
            Candidate candidate = fit.get(i);
            int weight = candidate.target().weight();
            double uniform = ((StableHash.mix(key ^ StableHash.mix(candidate.hash())) >>> 11) + 0.5) * UNIT;
            drawn[i] = weight == 0 ? Double.MAX_VALUE : -Math.log(uniform) / weight;
        }
        return bounded(Ranking.ascending(fit, drawn));
    }

    /** Moves targets with far more than their share of the attempts in flight behind the others. */
    private static List<Candidate> bounded(List<Candidate> order) {
        if (order.getFirst().inFlight() < NEVER_BUSY_BELOW) {
            return order;
        }
        long running = 1;
        long weights = 0;
        for (Candidate candidate : order) {
            running += candidate.inFlight();
            weights += candidate.target().weight();
        }
        List<Candidate> sorted = new ArrayList<>(order.size());
        List<Candidate> busy = new ArrayList<>(order.size());
        for (Candidate candidate : order) {
            double share = BOUND * running * candidate.target().weight() / Math.max(1, weights);
            (candidate.inFlight() < Math.max(NEVER_BUSY_BELOW, share) ? sorted : busy).add(candidate);
        }
        sorted.addAll(busy);
        return sorted;
    }
}
