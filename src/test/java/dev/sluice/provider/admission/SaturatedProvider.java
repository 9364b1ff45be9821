package dev.sluice.provider.admission;

import dev.sluice.config.ProviderConfig.Concurrency;
import dev.sluice.model.GatewayError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A provider and its callers in simulated time. Up to its capacity each response starts after the usual time, plus or
 * minus a fifth; beyond it all are slowed down in proportion, as by a shared processor. Callers arrive at random
 * (Poisson) and do not cancel.
 */
final class SaturatedProvider {

    /** Attempts in flight that do not slow it down. */
    static final int CAPACITY = 20;

    static final double USUAL_SECONDS = 0.4;

    private static final long SECOND = 1_000_000_000L;

    private record Event(long at, long order, Runnable what) {}

    /** Times from arrival to the first token, and from arrival to the refusal, in milliseconds, sorted. */
    record Figures(List<Double> served, List<Double> refused, int limit) {

        static double p99(List<Double> sorted) {
            return sorted.isEmpty() ? 0 : sorted.get((int) (0.99 * (sorted.size() - 1)));
        }
    }

    private final PriorityQueue<Event> events =
            new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
    private final Random random = new Random(7);
    private final List<Double> served = new ArrayList<>();
    private final List<Double> refused = new ArrayList<>();
    private final double streamSeconds;
    private final ConcurrencyLimiter limiter;
    private final long maxWait;
    private long now = 1;
    private long order;
    private int running;
    private long measuredFrom;

    /** @param streamSeconds duration of a response after its first token, while it keeps its permit */
    SaturatedProvider(Concurrency settings, ConcurrencyLimit concurrencyLimit, double streamSeconds) {
        this.streamSeconds = streamSeconds;
        this.maxWait = settings.maxWait().toNanos();
        this.limiter = new ConcurrencyLimiter(
                "sim", concurrencyLimit, settings.queue(), settings.maxWait().toMillis(), () -> now, () -> {});
    }

    static Concurrency settings() {
        return new Concurrency(true, 20, 4, 1000, 100, Duration.ofSeconds(1));
    }

    /** Requests per second that it can serve at its usual time. */
    double capacity() {
        return CAPACITY / (USUAL_SECONDS + streamSeconds);
    }

    ConcurrencyLimiter limiter() {
        return limiter;
    }

    /**
     * @param load requests per second, as a share of the capacity
     * @param warmUp seconds before anything is measured
     */
    Figures run(double load, int warmUp, int seconds) {
        long end = now + (warmUp + seconds) * SECOND;
        measuredFrom = now + warmUp * SECOND;
        served.clear();
        refused.clear();
        arrive(load * capacity(), end);
        while (!events.isEmpty() && events.peek().at <= end) {
            next();
        }
        Figures figures = new Figures(
                served.stream().sorted().toList(), refused.stream().sorted().toList(), limiter.limit());
        while (!events.isEmpty()) {
            next();
        }
        return figures;
    }

    private void next() {
        Event event = events.poll();
        now = event.at;
        event.what.run();
    }

    private void after(double seconds, Runnable what) {
        events.add(new Event(now + (long) (seconds * SECOND), order++, what));
    }

    private void arrive(double perSecond, long end) {
        after(-Math.log(1 - random.nextDouble()) / perSecond, () -> {
            if (now < end) {
                ask(now);
                arrive(perSecond, end);
            }
        });
    }

    private void ask(long came) {
        ConcurrencyLimiter.Permit free = limiter.acquire();
        if (free != null) {
            serve(came, free);
            return;
        }
        ConcurrencyLimiter.QueueEntry entry = limiter.enqueue(5, new ConcurrencyLimiter.Waiter() {
            @Override
            public void admitted(ConcurrencyLimiter.Permit permit) {
                serve(came, permit);
            }

            @Override
            public void rejected(GatewayError saturated) {
                count(refused, came);
            }
        });
        events.add(new Event(now + maxWait, order++, () -> {
            if (entry.reject() != null) {
                count(refused, came);
            }
        }));
    }

    private void serve(long came, ConcurrencyLimiter.Permit permit) {
        running++;
        double slowdown = Math.max(1, running / (double) CAPACITY);
        after(USUAL_SECONDS * slowdown * (0.8 + 0.4 * random.nextDouble()), () -> {
            count(served, came);
            permit.responseReceived(false);
            after(streamSeconds * (0.5 + random.nextDouble()), () -> {
                running--;
                permit.release(ConcurrencyLimiter.ReleaseReason.SUCCESS);
            });
        });
    }

    private void count(List<Double> times, long came) {
        if (came >= measuredFrom) {
            times.add((now - came) / 1e6);
        }
    }
}
