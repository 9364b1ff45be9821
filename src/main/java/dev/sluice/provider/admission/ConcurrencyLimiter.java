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
 * How many attempts one provider is given at once, and who waits for a place. Shared by all its event loops without
 * locks: whoever gives a place back hands it to the first who waits, whichever loop that is.
 *
 * <p>The queue stands by priority, then by arrival. A burst may fill it and wait its time. In a lasting overload (more
 * than a quarter of those who came are refused) waiting helps nobody: it would only make each answer late. Then no more
 * may wait than get a place within a quarter of the usual time to an answer, so that those who are admitted keep their
 * latency and the others hear at once that they should go elsewhere.
 */
public final class ConcurrencyLimiter implements Metrics.Crowd {

    private static final long UNKNOWN_RETRY_MILLIS = 1_000;
    private static final long LONGEST_RETRY_MILLIS = 60_000;

    /** Places come free in waves, as the attempts that began together end together: the load is seen over several. */
    private static final long SHORTEST_LOAD_MILLIS = 5_000;

    /** Fewer than that, within the window, tell nothing about the load. */
    private static final int FEW = 8;

    /** How a place was given back. */
    public enum ReleaseReason {
        SUCCESS,
        /** It says nothing about how much the provider can take. */
        IGNORED,
        /** The provider had too much: it throttled or did not answer in time. */
        DROPPED;

        public static ReleaseReason of(GatewayError error) {
            return error.kind() == Kind.RATE_LIMITED || error.kind() == Kind.TIMEOUT ? DROPPED : IGNORED;
        }
    }

    /** Who wants a place. Called once, on any thread, perhaps before {@link #queue} returns. */
    public interface Waiter {
        void admitted(Permit permit);

        void shed(GatewayError saturated);
    }

    private final String provider;
    private final ConcurrencyLimit concurrencyLimit;
    private final int queue;
    private final long maxWaitNanos;
    private final LongSupplier clock;
    private final Runnable whenShed;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong arrivals = new AtomicLong();
    private final ConcurrentSkipListSet<QueueEntry> line = new ConcurrentSkipListSet<>();
    private final OutcomeWindow asked;
    /** Moving averages: how long a place is held, and how long an answer takes to begin. */
    private final AtomicLong heldNanos = new AtomicLong();

    private final AtomicLong answerNanos = new AtomicLong();

    /**
     * @param queue how many may wait at most
     * @param whenShed run for each who is refused
     */
    public ConcurrencyLimiter(
            String provider,
            ConcurrencyLimit concurrencyLimit,
            int queue,
            long maxWaitMillis,
            LongSupplier clock,
            Runnable whenShed) {
        this.provider = provider;
        this.concurrencyLimit = concurrencyLimit;
        this.queue = queue;
        this.maxWaitNanos = maxWaitMillis * 1_000_000;
        this.clock = clock;
        this.whenShed = whenShed;
        this.asked = new OutcomeWindow(Math.max(SHORTEST_LOAD_MILLIS, 2 * maxWaitMillis));
    }

    /** A place that is free while nobody waits for it, or null: then {@link #queue}. */
    public Permit free() {
        if (waiting.get() > 0 || !take()) {
            return null;
        }
        return permit();
    }

    /** Waits for a place; the asker hears of it, or of being shed. */
    public QueueEntry queue(int priority, Waiter waiter) {
        QueueEntry entry = new QueueEntry(priority, arrivals.incrementAndGet(), waiter);
        waiting.incrementAndGet();
        line.add(entry);
        handOut();
        while (waiting.get() > room()) {
            QueueEntry last = line.pollLast();
            if (last == null) {
                break;
            }
            waiting.decrementAndGet();
            if (last.settle()) {
                last.waiter.shed(refuse());
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

    /** Whether who comes now would be refused, or make another be. */
    public boolean saturated() {
        return running.get() >= concurrencyLimit.limit() && waiting.get() >= room();
    }

    /** One who waits. In order: who is served first, first. */
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

        /** Leaves the queue. False when it was admitted or shed before, and its asker hears of that. */
        public boolean leave() {
            if (!settle()) {
                return false;
            }
            if (line.remove(this)) {
                waiting.decrementAndGet();
            }
            return true;
        }

        /** Leaves because it has waited as long as anybody may: null when it was admitted or shed before. */
        public GatewayError giveUp() {
            return leave() ? refuse() : null;
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

    /** Leave for one attempt to run, to be given back once; giving it back again does nothing. */
    public final class Permit {

        private final long began = clock.getAsLong();
        private final AtomicInteger ended = new AtomicInteger();

        /**
         * The answer has begun, or come whole.
         *
         * @param whole whether this was the time to a whole answer
         */
        public void answered(boolean whole) {
            long took = clock.getAsLong() - began;
            average(answerNanos, took, 64);
            concurrencyLimit.answered(whole, began, took, running.get());
            handOut();
        }

        public void end(ReleaseReason reason) {
            if (!ended.compareAndSet(0, 1)) {
                return;
            }
            long now = clock.getAsLong();
            if (reason == ReleaseReason.SUCCESS) {
                average(heldNanos, now - began, 16);
            } else if (reason == ReleaseReason.DROPPED) {
                concurrencyLimit.dropped(began, now, running.get());
            }
            running.decrementAndGet();
            handOut();
        }
    }

    private Permit permit() {
        asked.record(clock.getAsLong(), Outcome.SUCCESS, false);
        return new Permit();
    }

    private boolean take() {
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
     * Gives free places to those who wait. Both who adds a waiter and who frees a place comes here afterwards, so that
     * one of the two sees the other's.
     */
    private void handOut() {
        while (waiting.get() > 0 && !line.isEmpty() && take()) {
            QueueEntry first = line.pollFirst();
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

    /** How many may wait just now. */
    private int room() {
        long held = heldNanos.get();
        if (held == 0) {
            return queue;
        }
        OutcomeWindow.Counts counts = asked.counts(clock.getAsLong());
        if (counts.calls() < FEW || 4 * counts.failures() <= counts.calls()) {
            return queue;
        }
        long each = Math.max(1, held / concurrencyLimit.limit());
        long patience = Math.min(maxWaitNanos, answerNanos.get() / 4);
        // Places come free at random: the last would too often wait longer than its turn says.
        return (int) Math.max(0, Math.min(queue, patience / each - 1));
    }

    private GatewayError refuse() {
        asked.record(clock.getAsLong(), Outcome.OVERLOADED, false);
        whenShed.run();
        int ran = running.get();
        int waited = waiting.get();
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "provider " + provider + " is full: " + ran + " requests run and " + waited + " wait (at most "
                                + concurrencyLimit.limit() + " run at once)")
                .withCode(FailureCode.SATURATED)
                .withRetryAfter(retryAfterMillis(ran, waited));
    }

    /** When whoever waits now will have had a place, at the rate at which places were given back of late. */
    private long retryAfterMillis(int ran, int waited) {
        long held = heldNanos.get();
        if (held == 0) {
            return UNKNOWN_RETRY_MILLIS;
        }
        double millis = (waited + 1) * (held / 1e6) / Math.max(1, ran);
        return (long) Math.min(LONGEST_RETRY_MILLIS, Math.max(1, Math.ceil(millis)));
    }

    /** A sample that another thread overtakes is lost: one more or less says nothing. */
    private static void average(AtomicLong average, long sample, int weight) {
        long before = average.get();
        average.compareAndSet(before, before == 0 ? sample : Math.max(1, before + (sample - before) / weight));
    }
}
