package dev.sluice.route;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The {@code round_robin} strategy: rotates through the targets, across all event loops. A reload restarts the
 * rotation.
 */
final class RoundRobinStrategy implements RoutingStrategy {

    private final AtomicInteger requestCount = new AtomicInteger();

    @Override
    public List<Candidate> order(List<Candidate> fit, PlanContext context) {
        int size = fit.size();
        int first = Integer.remainderUnsigned(requestCount.getAndIncrement(), size);
        List<Candidate> order = new ArrayList<>(size);
        order.addAll(fit.subList(first, size));
        order.addAll(fit.subList(0, first));
        return order;
    }
}
