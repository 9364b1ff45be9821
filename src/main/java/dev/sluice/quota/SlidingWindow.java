package dev.sluice.quota;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A sliding window of one minute in slots of one second. {@code used} is the sum of the slots; a slot is subtracted 61
 * seconds after its second began, when nothing in it is younger than a minute. A slot is one {@code long}, its second
 * above its count, so that emptying or reusing it subtracts exactly its count, and a thread with an old second cannot
 * empty a new slot. Safe for use by any thread.
 *
 * <p>A thread may be stopped between its update of {@code used} and that of the slot; its count then expires later than
 * necessary, never earlier.
 */
final class SlidingWindow {

    /** Returned by {@link #reserve} when the limit does not allow the count. */
    static final long REFUSED = -1;

    /** The largest count of a slot, about 68 billion. A count beyond it within one second is dropped. */
    static final long MAX_COUNT = (1L << 36) - 1;

    private static final int COUNT_BITS = 36;
    private static final int SLOTS = 64;
    private static final int LIFE_SECONDS = 61;
    private static final long MILLIS = 1000;

    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong swept = new AtomicLong();

    /**
     * Reserves the full count or nothing.
     *
     * @param second of {@link QuotaClock#millis}, at least 0
     * @return the second in which it is booked, or {@link #REFUSED}
     */
    long reserve(long count, long limit, long second) {
        sweep(second);
        long before;
        do {
            before = used.get();
            if (count > limit - before) {
                return REFUSED;
            }
        } while (!used.compareAndSet(before, before + count));
        return book(count, second);
    }

    /** Adds a count that was used already, even above the limit. */
    void charge(long count, long second) {
        sweep(second);
        used.addAndGet(count);
        book(count, second);
    }

    /** Releases a count that was booked in the given second, except for what has expired meanwhile. */
    void release(long count, long second) {
        int at = at(second);
        while (true) {
            long slot = slots.get(at);
            long released = Math.min(count, count(slot));
            if (second(slot) != second || released == 0) {
                return;
            }
            if (slots.compareAndSet(at, slot, slot - released)) {
                used.addAndGet(-released);
                return;
            }
        }
    }

    long used(long second) {
        sweep(second);
        return used.get();
    }

    /** Milliseconds until {@code count} more is admitted if no other request is; 0 when it is admitted now. */
    long waitMillis(long count, long limit, long millis) {
        long second = millis / MILLIS;
        long excess = used(second) + count - limit;
        for (long past = second - LIFE_SECONDS + 1; excess > 0 && past <= second; past++) {
            long slot = slots.get(at(past));
            if (second(slot) == past) {
                excess -= count(slot);
                if (excess <= 0) {
                    return endOf(past) - millis;
                }
            }
        }
        return excess > 0 ? endOf(second) - millis : 0;
    }

    /** Milliseconds until the full limit is available again if no other request is admitted. */
    long resetMillis(long millis) {
        long second = millis / MILLIS;
        if (used(second) == 0) {
            return 0;
        }
        for (long past = Math.max(second, swept.get()); past > second - LIFE_SECONDS; past--) {
            long slot = slots.get(at(past));
            if (second(slot) == past && count(slot) > 0) {
                return endOf(past) - millis;
            }
        }
        return 0;
    }

    private long book(long count, long second) {
        while (true) {
            // When another thread has swept a newer second meanwhile, the count is booked in that second.
            long now = Math.max(second, swept.get());
            int at = at(now);
            long slot = slots.get(at);
            long old = second(slot) == now ? 0 : count(slot);
            long present = count(slot) - old;
            long counted = Math.min(MAX_COUNT, present + count);
            if (second(slot) <= now && slots.compareAndSet(at, slot, now << COUNT_BITS | counted)) {
                long expired = old + present + count - counted;
                if (expired > 0) {
                    used.addAndGet(-expired);
                }
                return now;
            }
        }
    }

    private void sweep(long second) {
        long last = swept.get();
        if (second <= last) {
            return;
        }
        long until = second - LIFE_SECONDS;
        long from = second - last > 1 ? until - SLOTS + 1 : until;
        for (long past = from; past <= until; past++) {
            empty(at(past), until);
        }
        while (last < second && !swept.compareAndSet(last, second)) {
            last = swept.get();
        }
    }

    private void empty(int at, long until) {
        while (true) {
            long slot = slots.get(at);
            long expired = count(slot);
            if (expired == 0 || second(slot) > until) {
                return;
            }
            if (slots.compareAndSet(at, slot, slot - expired)) {
                used.addAndGet(-expired);
                return;
            }
        }
    }

    private static int at(long second) {
        return (int) (second & (SLOTS - 1));
    }

    private static long second(long slot) {
        return slot >>> COUNT_BITS;
    }

    private static long count(long slot) {
        return slot & MAX_COUNT;
    }

    private static long endOf(long second) {
        return (second + LIFE_SECONDS) * MILLIS;
    }
}
