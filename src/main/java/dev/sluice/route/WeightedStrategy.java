package dev.sluice.route;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The {@code weighted} strategy: a weighted random order, drawn without replacement. Weight 0 comes last. */
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
        int draw = random.nextInt(total);
        int index = 0;
        while (draw >= rest.get(index).target().weight()) {
            draw -= rest.get(index++).target().weight();
        }
        return index;
    }
}
