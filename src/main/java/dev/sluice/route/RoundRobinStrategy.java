package dev.sluice.route;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Each in its turn, over all event loops. A new config begins anew. */
final class RoundRobinStrategy implements RoutingStrategy {

    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public List<Candidate> arrange(List<Candidate> fit, PlanContext context) {
        int size = fit.size();
        int first = Integer.remainderUnsigned(turn.getAndIncrement(), size);
        List<Candidate> order = new ArrayList<>(size);
        order.addAll(fit.subList(first, size));
        order.addAll(fit.subList(0, first));
        return order;
    }
}
