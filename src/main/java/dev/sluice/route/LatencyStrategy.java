package dev.sluice.route;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * Power of two choices on the peak-sensitive average of the time to the first token, cubed, times what runs there and
 * one more: of two targets drawn at random the faster one is first, the rest follow by the same measure. To take the
 * best of all instead would send every event loop to the same target at once. Finagle's {@code P2C} with
 * {@code PeakEwma}, but for two things that {@code StrategiesSimulatedTest} shows the need of:
 *
 * <ul>
 *   <li>Cubed, because what runs is no queue here: a stream that is being written makes no other wait. Plain, a target
 *       ten times slower gets a tenth of each other's load, and its times are the 99th percentile.
 *   <li>An average fades, so that a slow target is tried again. How often is bounded by requests and not only by time,
 *       or where requests are few one in twenty would be such a trial.
 * </ul>
 */
final class LatencyStrategy implements RoutingStrategy {

    /** Above any measure there is: what was asked and has not answered yet shows nothing good. */
    private static final double UNANSWERED = 1e50;

    /** What has not been used for long is as fast as it was or not: it comes behind all whose average is fresh. */
    private static final double STALE = 1e40;

    /** A target that was not first for so many requests, times the number of targets, is tried rather than used. */
    private static final int STALE_AFTER = 8;

    /** At most one request in so many is such a trial. */
    private static final int TRIAL_EVERY = 256;

    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger lastTrial = new AtomicInteger(-TRIAL_EVERY);
    private final AtomicIntegerArray lastFirst;

    /** Of targets on trial: bits of their average then. It can only have faded if it is not higher now. */
    private final AtomicLongArray trials;

    /** @param targets of the route */
    LatencyStrategy(int targets) {
        lastFirst = new AtomicIntegerArray(targets);
        trials = new AtomicLongArray(targets);
    }

    @Override
    public List<Candidate> arrange(List<Candidate> fit, PlanContext context) {
        int now = turn.getAndIncrement();
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
        if (isStale(costs[second]) && costs[second] - STALE < costs[first] && mayTry(now)) {
            first = second;
            Candidate candidate = fit.get(first);
            trials.set(candidate.place(), Double.doubleToRawLongBits(average(candidate)));
        }
        lastFirst.lazySet(fit.get(first).place(), now);
        costs[first] = Double.NEGATIVE_INFINITY;
        return Ranking.ascending(fit, costs);
    }

    /** An untried, idle target costs nothing, so that it gets its chance; with that chance under way it waits. */
    private double cost(Candidate candidate, int now) {
        double nanos = average(candidate);
        int inFlight = candidate.inFlight();
        if (nanos == 0) {
            return inFlight == 0 ? 0 : UNANSWERED * inFlight;
        }
        double cost = nanos * nanos * nanos * (inFlight + 1);
        return isFresh(candidate.place(), nanos, now) ? cost : STALE + cost;
    }

    private boolean isFresh(int place, double nanos, int now) {
        long trial = trials.get(place);
        if (trial != 0) {
            if (nanos <= Double.longBitsToDouble(trial)) {
                return false;
            }
            trials.compareAndSet(place, trial, 0);
            lastFirst.lazySet(place, now);
        }
        return now - lastFirst.get(place) <= STALE_AFTER * lastFirst.length();
    }

    private static boolean isStale(double cost) {
        return cost >= STALE && cost < UNANSWERED;
    }

    private boolean mayTry(int now) {
        int before = lastTrial.get();
        return now - before >= TRIAL_EVERY && lastTrial.compareAndSet(before, now);
    }

    private static double average(Candidate candidate) {
        return candidate.health().firstTokenNanos(candidate.target().model());
    }
}
