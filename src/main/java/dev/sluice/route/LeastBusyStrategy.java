package dev.sluice.route;

import java.util.List;

/** Orders targets by attempts in flight per weight; ties are in random order. Weight 0 comes last. */
final class LeastBusyStrategy implements RoutingStrategy {

    @Override
    public List<Candidate> order(List<Candidate> fit, PlanContext context) {
        List<Candidate> shuffled = Ranking.shuffled(fit, context.random());
        double[] busy = new double[shuffled.size()];
        for (int i = 0; i < busy.length; i++) {
            Candidate candidate = shuffled.get(i);
            int weight = candidate.target().weight();
            // Plus one, so that the heavier of two idle targets comes first.
            busy[i] = weight == 0 ? Double.MAX_VALUE : (candidate.inFlight() + 1.0) / weight;
        }
        return Ranking.ascending(shuffled, busy);
    }
}
