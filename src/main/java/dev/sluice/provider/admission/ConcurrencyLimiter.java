package dev.sluice.provider.admission;

import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.breaker.OutcomeWindow;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The concurrency limiter of one provider, with a queue. Shared by all its event loops without locks: a released permit
 * goes to the first waiter, on any event loop.
 *
 * <p>The queue is ordered by priority, then by arrival. A burst may fill it. In a lasting overload (more than a quarter
 * of the calls are rejected) a full queue would only delay every response. Then the queue is limited to the calls that
 * get a permit within a quarter of the usual latency, so that admitted calls keep their latency and the others are
 * rejected at once and can go to another target.
 */
public final class ConcurrencyLimiter implements Metrics.ConcurrencyGauges {

    private static final long UNKNOWN_RETRY_MILLIS = 1_000;
    private static final long LONGEST_RETRY_MILLIS = 60_000;

    /**
     * Attempts that started together end together, so permits are released in waves. The window covers several of them.
     */
    private static final long SHORTEST_LOAD_MILLIS = 5_000;

    /** With fewer calls within the window the load is unknown. */
    private static final int MIN_CALLS = 8;

    /** Why a permit is released. */
    public enum ReleaseReason {
        SUCCESS,
        /** The attempt says nothing about the load that the provider can take. */
        IGNORED,
        /** The provider is overloaded: it throttled or did not respond in time. */
        DROPPED;

        public static ReleaseReason of(GatewayError error) {
            return error.kind() == Kind.RATE_LIMITED || error.kind() == Kind.TIMEOUT ? DROPPED : IGNORED;
        }
    }

    /** A call in the queue. Notified once, on any thread, perhaps before {@link #enqueue} returns. */
    public interface Waiter {
        void admitted(Permit permit);

        void rejected(GatewayError saturated);
    }

    private final String provider;
    private final ConcurrencyLimit concurrencyLimit;
    private final int queueSize;
    private final long maxWaitNanos;
    private final LongSupplier clock;
    private final Runnable onReject;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong arrivals = new AtomicLong();
    private final ConcurrentSkipListSet<QueueEntry> waiters = new ConcurrentSkipListSet<>();
    private final OutcomeWindow demand;
    /** Moving average of the time for which a permit is held. */
    private final AtomicLong heldNanos = new AtomicLong();

    /** Moving average of the time to the start of a response. */
    private final AtomicLong latencyNanos = new AtomicLong();

    /**
     * @param queue the most calls that may wait
     * @param onReject run for each rejected call
     */
    public ConcurrencyLimiter(
            String provider,
            ConcurrencyLimit concurrencyLimit,
            int queue,
            long maxWaitMillis,
            LongSupplier clock,
            Runnable onReject) {
        this.provider = provider;
        this.concurrencyLimit = concurrencyLimit;
        this.queueSize = queue;
        this.maxWaitNanos = maxWaitMillis * 1_000_000;
        this.clock = clock;
        this.onReject = onReject;
        this.demand = new OutcomeWindow(Math.max(SHORTEST_LOAD_MILLIS, 2 * maxWaitMillis));
    }

    /** A permit if one is free and no call waits for it, else null: then {@link #enqueue}. */
    public Permit acquire() {
        if (waiting.get() > 0 || !tryReserve()) {
            return null;
        }
        return permit();
    }

    /** Waits for a permit. The waiter is notified when it is admitted or rejected. */
    public QueueEntry enqueue(int priority, Waiter waiter) {
        QueueEntry entry = new QueueEntry(priority, arrivals.incrementAndGet(), waiter);
        waiting.incrementAndGet();
        waiters.add(entry);
        admitWaiters();
        while (waiting.get() > queueCapacity()) {
            QueueEntry last = waiters.pollLast();
            if (last == null) {
                break;
            }
            waiting.decrementAndGet();
            if (last.settle()) {
                last.waiter.rejected(rejection());
            }
        }
        return entry;
    }

    @Override
    public int limit() {
        return concurrencyLimit.limit();
    }

    public int running() {
        return running.get();
    }

    @Override
    public int waiting() {
        return waiting.get();
    }

    public long maxWaitMillis() {
        return maxWaitNanos / 1_000_000;
    }

    /** Whether a call that arrives now would be rejected, or cause another to be. */
    public boolean saturated() {
        return running.get() >= concurrencyLimit.limit() && waiting.get() >= queueCapacity();
    }

    /** An entry of the queue. Entries are ordered by priority, then by arrival. */
    public final class QueueEntry implements Comparable<QueueEntry> {

        private final int priority;
        private final long arrival;
        private final Waiter waiter;
        private final AtomicInteger settled = new AtomicInteger();

        private QueueEntry(int priority, long arrival, Waiter waiter) {
            this.priority = priority;
            this.arrival = arrival;
            this.waiter = waiter;
        }

        /**
         * Leaves the queue. False when the call was already admitted or rejected; its waiter is then notified of that.
         */
        public boolean cancel() {
            if (!settle()) {
                return false;
            }
            if (waiters.remove(this)) {
                waiting.decrementAndGet();
            }
            return true;
        }

        /**
         * Leaves the queue after the maximum wait. Returns the error, or null when the call was already admitted or
         * rejected.
         */
        public GatewayError reject() {
            return cancel() ? rejection() : null;
        }

        private boolean settle() {
            return settled.compareAndSet(0, 1);
        }

        @Override
        public int compareTo(QueueEntry other) {
            int byPriority = Integer.compare(other.priority, priority);
            return byPriority != 0 ? byPriority : Long.compare(arrival, other.arrival);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(arrival);
        }
    }

    /** The permit of one attempt. Only its first release counts. */
    public final class Permit {

        private final long acquiredNanos = clock.getAsLong();
        private final AtomicInteger released = new AtomicInteger();

        /**
         * Records that the response has started: its first event, or the complete response, was received.
         *
         * @param unary whether the response was received complete, not as a stream
         */
        public void responseReceived(boolean unary) {
            long durationNanos = clock.getAsLong() - acquiredNanos;
            updateAverage(latencyNanos, durationNanos, 64);
            concurrencyLimit.responseReceived(unary, acquiredNanos, durationNanos, running.get());
            admitWaiters();
        }

        public void release(ReleaseReason reason) {
            if (!released.compareAndSet(0, 1)) {
                return;
            }
            long now = clock.getAsLong();
            if (reason == ReleaseReason.SUCCESS) {
                updateAverage(heldNanos, now - acquiredNanos, 16);
            } else if (reason == ReleaseReason.DROPPED) {
                concurrencyLimit.dropped(acquiredNanos, now, running.get());
            }
            running.decrementAndGet();
            admitWaiters();
        }
    }

    private Permit permit() {
        demand.record(clock.getAsLong(), Outcome.SUCCESS, false);
        return new Permit();
    }

    private boolean tryReserve() {
        int limit = concurrencyLimit.limit();
        int now = running.get();
        while (now < limit) {
            if (running.compareAndSet(now, now + 1)) {
                return true;
            }
            now = running.get();
        }
        return false;
    }

    /**
     * Admits waiters to free permits. Runs after each new waiter and after each release, so that one of two concurrent
     * calls sees the change of the other.
     */
    private void admitWaiters() {
        while (waiting.get() > 0 && !waiters.isEmpty() && tryReserve()) {
            QueueEntry first = waiters.pollFirst();
            if (first != null) {
                waiting.decrementAndGet();
            }
            if (first != null && first.settle()) {
                first.waiter.admitted(permit());
            } else {
                running.decrementAndGet();
            }
        }
    }

    /** How many calls may wait now. */
    private int queueCapacity() {
        long held = heldNanos.get();
        if (held == 0) {
            return queueSize;
        }
        OutcomeWindow.Counts counts = demand.counts(clock.getAsLong());
        if (counts.calls() < MIN_CALLS || 4 * counts.failures() <= counts.calls()) {
            return queueSize;
        }
        long each = Math.max(1, held / concurrencyLimit.limit());
        long maxWait = Math.min(maxWaitNanos, latencyNanos.get() / 4);
        // Permits are released at random: the last waiter would too often wait longer than this estimate.
        return (int) Math.max(0, Math.min(queueSize, maxWait / each - 1));
    }

    private GatewayError rejection() {
        demand.record(clock.getAsLong(), Outcome.OVERLOADED, false);
        onReject.run();
        int ran = running.get();
        int waited = waiting.get();
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "provider " + provider + " is at its concurrency limit of " + concurrencyLimit.limit() + ": "
                                + ran + " running and " + waited + " waiting; retry later")
                .withCode(FailureCode.SATURATED)
                .withRetryAfter(retryAfterMillis(ran, waited));
    }

    /** The time until all present waiters have been admitted, at the recent rate of releases. */
    private long retryAfterMillis(int ran, int waited) {
        long held = heldNanos.get();
        if (held == 0) {
            return UNKNOWN_RETRY_MILLIS;
        }
        double millis = (waited + 1) * (held / 1e6) / Math.max(1, ran);
        return (long) Math.min(LONGEST_RETRY_MILLIS, Math.max(1, Math.ceil(millis)));
    }

    /** A sample that loses a race with another thread is dropped, which is harmless. */
    private static void updateAverage(AtomicLong average, long sample, int weight) {
        long before = average.get();
        average.compareAndSet(before, before == 0 ? sample : Math.max(1, before + (sample - before) / weight));
    }
}
