package dev.sluice.http.exchange;

import dev.sluice.observe.Metrics.Reference;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Why the responses and items that were forgotten lately are not known any more, by their owner and id, and the counts
 * of references by their outcome. A fixed number of hashes, of which new ones replace old ones: no texts, and no answer
 * for another owner. May be used from any thread.
 */
final class ForgottenResponses {

    /** By their code in the last bits of a slot. */
    private static final List<Reference> REASONS = List.of(Reference.values());

    /** 128 KiB. */
    private static final int SLOTS = 1 << 14;

    private static final long REASON = 7;

    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
    private final Map<Reference, LongAdder> counts = new EnumMap<>(Reference.class);

    ForgottenResponses() {
        REASONS.forEach(outcome -> counts.put(outcome, new LongAdder()));
    }

    /** A response or an item is not known any more. */
    void forget(String owner, String id, Reference why) {
        long hash = hash(owner, id);
        slots.set(slot(hash), hash & ~REASON | REASONS.indexOf(why));
    }

    /** A request refers to what is not known. */
    void missed(String owner, String id) {
        long hash = hash(owner, id);
        long slot = slots.get(slot(hash));
        count((slot & ~REASON) == (hash & ~REASON) ? REASONS.get((int) (slot & REASON)) : Reference.UNKNOWN);
    }

    void count(Reference outcome) {
        counts.get(outcome).increment();
    }

    long counted(Reference outcome) {
        return counts.get(outcome).sum();
    }

    private static int slot(long hash) {
        return (int) (hash >>> 32) & SLOTS - 1;
    }

    /** The mix of SplitMix64, so that all bits depend on both. */
    private static long hash(String owner, String id) {
        long hash = ((long) owner.hashCode() << 32) + id.hashCode();
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        return hash ^ hash >>> 31;
    }
}
