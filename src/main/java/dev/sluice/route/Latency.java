package dev.sluice.route;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Power of two choices on the peak-sensitive average of the time to the first token, times what runs there and one
 * more: of two targets drawn at random the faster one is first, the rest follow by the same measure. To take the best
 * of all instead would send every event loop to the same target at once (Finagle's {@code P2C} with {@code PeakEwma},
 * whose treatment of the untried this is).
 */
final class Latency implements Order {

    /** Above any time there is: what was asked and has not answered yet shows nothing good. */
    private static final double UNANSWERED = 1e15;

    @Override
    public List<Candidate> arrange(List<Candidate> fit, Situation situation) {
        double[] costs = new double[fit.size()];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = cost(fit.get(i));
        }
        RandomGenerator random = situation.random();
        int one = random.nextInt(costs.length);
        int other = random.nextInt(costs.length - 1);
        if (other >= one) {
            other++;
        }
        costs[costs[one] <= costs[other] ? one : other] = Double.NEGATIVE_INFINITY;
        return Ranking.ascending(fit, costs);
    }

    /** An untried, idle target costs nothing, so that it gets its chance; with that chance under way it waits. */
    static double cost(Candidate candidate) {
        double nanos = candidate.vitals().firstTokenNanos(candidate.target().model());
        int inFlight = candidate.inFlight();
        return nanos == 0 && inFlight > 0 ? UNANSWERED + inFlight : nanos * (inFlight + 1);
    }
}
