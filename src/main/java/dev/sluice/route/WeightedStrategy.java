package dev.sluice.route;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Weighted random order without replacement. Weight 0 comes last. */
final class WeightedStrategy implements RoutingStrategy {

    @Override
    public List<Candidate> order(List<Candidate> fit, PlanContext context) {
        List<Candidate> rest = new ArrayList<>(fit);
        List<Candidate> order = new ArrayList<>(fit.size());
        while (!rest.isEmpty()) {
            order.add(rest.remove(draw(rest, context.random())));
        }
        return order;
    }

    private static int draw(List<Candidate> rest, RandomGenerator random) {
        int total = 0;
        for (Candidate candidate : rest) {
            total += candidate.target().weight();
        }
        if (total == 0) {
            return 0;
        }
        int ticket = random.nextInt(total);
        int index = 0;
        while (ticket >= rest.get(index).target().weight()) {
            ticket -= rest.get(index++).target().weight();
        }
        return index;
    }
}
