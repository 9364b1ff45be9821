package dev.sluice.stream;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A limited quantity of the process, such as bytes of memory, that callers share fairly. Each {@link Lease} takes from
 * it and returns everything once, when it is closed. Every method may be called from any thread and none waits.
 *
 * <p>Fair: a caller may take as long as it then holds no more than what is still free. One caller therefore gets half
 * of the budget at most, two get a third each, and something is always left for the next one.
 */
public final class FairBudget {

    private volatile long limit;
    private final AtomicLong used = new AtomicLong();
    private final LongAdder refusals = new LongAdder();
    private final ConcurrentHashMap<String, Share> shares = new ConcurrentHashMap<>();

    /** What one caller holds. It is removed with its last lease. */
    private static final class Share {

        private static final int REMOVED = -1;

        private final AtomicLong held = new AtomicLong();
        private final AtomicInteger leases = new AtomicInteger();

        /** False when it is being removed. */
        private boolean join() {
            int before;
            do {
                before = leases.get();
                if (before == REMOVED) {
                    return false;
                }
            } while (!leases.compareAndSet(before, before + 1));
            return true;
        }

        /** True when it must be removed. */
        private boolean leave() {
            return leases.decrementAndGet() == 0 && leases.compareAndSet(0, REMOVED);
        }
    }

    public FairBudget(long limit) {
        this.limit = limit;
    }

    /** Changes the limit. What is taken stays taken. */
    public void limit(long newLimit) {
        limit = newLimit;
    }

    public long limit() {
        return limit;
    }

    public long used() {
        return used.get();
    }

    /** How often {@link Lease#take} was refused. */
    public long refusals() {
        return refusals.sum();
    }

    /** How many callers hold a lease. */
    int callers() {
        return shares.size();
    }

    /**
     * Opens a lease, which holds nothing yet and must be closed.
     *
     * @param caller who takes; null for one that need not share
     */
    public Lease lease(String caller) {
        return new Lease(caller, caller == null ? null : share(caller));
    }

    private Share share(String caller) {
        while (true) {
            Share share = shares.get(caller);
            if (share == null) {
                share = shares.computeIfAbsent(caller, name -> new Share());
            }
            if (share.join()) {
                return share;
            }
            // Another thread removes it, which takes less than a microsecond.
            Thread.onSpinWait();
        }
    }

    private boolean reserve(Share share, long quantity) {
        long own = share == null ? 0 : share.held.addAndGet(quantity);
        long before;
        do {
            before = used.get();
            long free = limit - before - quantity;
            if (free < own || free < 0) {
                if (share != null) {
                    share.held.addAndGet(-quantity);
                }
                refusals.increment();
                return false;
            }
        } while (!used.compareAndSet(before, before + quantity));
        return true;
    }

    private void release(Share share, long quantity) {
        used.addAndGet(-quantity);
        if (share != null) {
            share.held.addAndGet(-quantity);
        }
    }

    /** What one request holds of the budget. */
    public final class Lease implements AutoCloseable {

        private static final long CLOSED = -1;

        private final String caller;
        private final Share share;
        private final AtomicLong held = new AtomicLong();

        private Lease(String caller, Share share) {
            this.caller = caller;
            this.share = share;
        }

        /** Takes more; false when the budget or the caller's share of it has no room, and after {@link #close}. */
        public boolean take(long quantity) {
            if (!reserve(share, quantity)) {
                return false;
            }
            long before;
            do {
                before = held.get();
                if (before == CLOSED) {
                    release(share, quantity);
                    return false;
                }
            } while (!held.compareAndSet(before, before + quantity));
            return true;
        }

        /** The most that this caller could take if no other held anything. */
        public long largest() {
            return share == null ? limit : limit / 2;
        }

        /** Returns everything. Further calls do nothing. */
        @Override
        public void close() {
            long last = held.getAndSet(CLOSED);
            if (last == CLOSED) {
                return;
            }
            release(share, last);
            if (share != null && share.leave()) {
                shares.remove(caller, share);
            }
        }
    }
}
