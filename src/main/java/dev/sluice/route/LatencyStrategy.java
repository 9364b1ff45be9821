package dev.sluice.route;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * The {@code latency} strategy: power of two choices on the peak-sensitive average of the time to the first token,
 * cubed, times the number of requests in flight plus one: of two targets drawn at random the faster one is first, the
 * others follow by the same measure. Always taking the best of all would send every event loop to the same target at
 * once. This is Finagle's {@code P2C} with {@code PeakEwma}, with two differences that {@code StrategiesSimulatedTest}
 * justifies:
 *
 * <ul>
 *   <li>The average is cubed, because requests in flight are not a queue: an open stream does not delay the others.
 *       With the plain average a target ten times slower still gets a tenth of the load of each other target, and its
 *       latency becomes the 99th percentile.
 *   <li>Averages decay, so that a slow target is tried again. The number of trials is bounded by requests and not only
 *       by time; otherwise one request in twenty would be a trial under low traffic.
 * </ul>
 */
final class LatencyStrategy implements RoutingStrategy {

    /** Higher than any measured cost: a target with requests in flight and no response yet. */
    private static final double NO_RESPONSE = 1e200;

    /**
     * Multiplies the cost of a target whose average is out of date, so that it ranks behind all fresh ones. A sum would
     * lose the cost of a fast target to rounding.
     */
    private static final double STALE = 1e100;

    /**
     * Requests, times the number of targets, after which a target that was not first in any of them counts as stale.
     */
    private static final int STALE_AFTER = 8;

    /** At most one request in this number is a trial of a stale target. */
    private static final int TRIAL_EVERY = 256;

    private final AtomicInteger requestCount = new AtomicInteger();
    private final AtomicInteger lastTrial = new AtomicInteger(-TRIAL_EVERY);
    private final AtomicIntegerArray lastFirst;

    /**
     * Bits of the average of a target when its trial started; a higher average since then means that it was measured.
     */
    private final AtomicLongArray trials;

    /** @param targets number of targets of the route */
    LatencyStrategy(int targets) {
        lastFirst = new AtomicIntegerArray(targets);
        trials = new AtomicLongArray(targets);
    }

    @Override
    public List<Candidate> order(List<Candidate> fit, PlanContext context) {
        int now = requestCount.getAndIncrement();
        double[] costs = new double[fit.size()];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = cost(fit.get(i), now);
        }
        RandomGenerator random = context.random();
        int one = random.nextInt(costs.length);
        int other = random.nextInt(costs.length - 1);
        if (other >= one) {
            other++;
        }
        int first = costs[one] <= costs[other] ? one : other;
        int second = first == one ? other : one;
        if (isStale(costs[second]) && costs[second] / STALE < costs[first] && mayStartTrial(now)) {
            first = second;
            Candidate candidate = fit.get(first);
            trials.set(candidate.index(), Double.doubleToRawLongBits(average(candidate)));
        }
        lastFirst.lazySet(fit.get(first).index(), now);
        costs[first] = Double.NEGATIVE_INFINITY;
        return Ranking.ascending(fit, costs);
    }

    /**
     * An untried, idle target costs nothing, so that it gets a first request. Until its first response it ranks last.
     */
    private double cost(Candidate candidate, int now) {
        double nanos = average(candidate);
        int inFlight = candidate.inFlight();
        if (nanos == 0) {
            return inFlight == 0 ? 0 : NO_RESPONSE * inFlight;
        }
        double cost = nanos * nanos * nanos * (inFlight + 1);
        return isFresh(candidate.index(), nanos, now) ? cost : STALE * cost;
    }

    private boolean isFresh(int index, double nanos, int now) {
        long trial = trials.get(index);
        if (trial != 0) {
            if (nanos <= Double.longBitsToDouble(trial)) {
                return false;
            }
            trials.compareAndSet(index, trial, 0);
            lastFirst.lazySet(index, now);
        }
        return now - lastFirst.get(index) <= STALE_AFTER * lastFirst.length();
    }

    private static boolean isStale(double cost) {
        return cost >= STALE && cost < NO_RESPONSE;
    }

    private boolean mayStartTrial(int now) {
        int before = lastTrial.get();
        return now - before >= TRIAL_EVERY && lastTrial.compareAndSet(before, now);
    }

    private static double average(Candidate candidate) {
        return candidate.health().firstTokenNanos(candidate.target().model());
    }
}
