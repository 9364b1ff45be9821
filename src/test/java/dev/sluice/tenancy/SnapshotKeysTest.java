package dev.sluice.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.store.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The age of the store's keys when the clock is set and when the store is down. */
class SnapshotKeysTest {

    private static final Instant CONFIRMED = Instant.parse("2026-11-30T08:00:00Z");

    private final AtomicLong wall = new AtomicLong(CONFIRMED.toEpochMilli());
    private final AtomicLong age = new AtomicLong();
    private Snapshot snapshot = new Snapshot(Map.of(), Map.of(), CONFIRMED);

    private final SnapshotKeys keys = new SnapshotKeys(() -> snapshot, age::get, wall::get);

    /** Keys are refused as too old after {@code store.key_cache_ttl}, which is an hour. */
    @ParameterizedTest
    @CsvSource({"PT2H", "PT-2H", "P400D", "P-400D", "PT1.001S", "PT-0.5S"})
    void aClockThatIsSetMakesThemNeitherOlderNorYounger(Duration step) {
        age.set(400);
        wall.addAndGet(400 + step.toMillis());

        assertThat(keys.get().known()).isTrue();
        assertThat(ageOf(keys.get())).isEqualTo(400);
    }

    @Test
    void theyAgeWhileTheStoreIsDown() {
        for (long millis : new long[] {0, 500, 1_000, 1_001, 7_200_000}) {
            age.set(millis);
            wall.set(CONFIRMED.toEpochMilli() + millis);

            assertThat(ageOf(keys.get())).isEqualTo(millis);
        }
        wall.addAndGet(-3_600_000);

        assertThat(ageOf(keys.get())).as("the clock is set back meanwhile").isEqualTo(7_200_000);
    }

    @Test
    void beforeTheStoreHasRespondedTheyAreNotKnown() {
        snapshot = new Snapshot(Map.of(), Map.of(), Instant.EPOCH);

        assertThat(keys.get()).isSameAs(StoredKeys.UNKNOWN);
    }

    private long ageOf(StoredKeys stored) {
        return wall.get() - stored.at().toEpochMilli();
    }
}
