package dev.sluice.tenancy;

import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.store.Snapshot;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The keys of the store's snapshots. A wall clock that is set makes them neither older nor younger. */
final class SnapshotKeys implements Supplier<StoredKeys> {

    /**
     * Snapshots are confirmed every half second: an age beyond this is that of a store that is down, or a set clock.
     */
    private static final long USUAL_AGE_MILLIS = 1_000;

    private final Supplier<Snapshot> snapshots;
    private final LongSupplier ageMillis;
    private final LongSupplier clock;

    /**
     * @param ageMillis of the latest snapshot, by a clock that is never set
     * @param clock milliseconds since 1970
     */
    SnapshotKeys(Supplier<Snapshot> snapshots, LongSupplier ageMillis, LongSupplier clock) {
        this.snapshots = snapshots;
        this.ageMillis = ageMillis;
        this.clock = clock;
    }

    @Override
    public StoredKeys get() {
        Snapshot snapshot = snapshots.get();
        if (snapshot.at().equals(Instant.EPOCH)) {
            return StoredKeys.UNKNOWN;
        }
        long now = clock.getAsLong();
        long age = now - snapshot.at().toEpochMilli();
        Instant at =
                age >= 0 && age <= USUAL_AGE_MILLIS ? snapshot.at() : Instant.ofEpochMilli(now - ageMillis.getAsLong());
        return new StoredKeys(snapshot.keys(), at, true);
    }
}
