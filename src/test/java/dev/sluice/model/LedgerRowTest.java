package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.StoreRecords;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerRowTest {

    private static final long MILLION = 1 << 20;

    /**
     * A stream that ends a million rows after another that began with it must not take its name: it would be dropped.
     */
    @Test
    void rowsThatBeganTogetherHaveDifferentNamesHoweverManyEndBetween() {
        AttemptRecord attempt = StoreRecords.row("a");
        Set<List<Long>> names = new HashSet<>();
        for (long million = 0; million < 100; million++) {
            for (long number = 0; number < 100; number++) {
                LedgerRow row = LedgerRow.of(attempt, Long.MAX_VALUE, million * MILLION + number);
                names.add(List.of(row.id(), row.process()));
            }
        }

        assertThat(names).hasSize(10_000);
    }

    @Test
    void namesGrowWithTheTimeAtWhichAttemptsBegan() {
        LedgerRow last = LedgerRow.of(StoreRecords.row("a"), 1, MILLION - 1);

        assertThat(last.id()).isGreaterThanOrEqualTo(LedgerRow.firstId(StoreRecords.NOW.toEpochMilli()));
        assertThat(last.id()).isLessThan(LedgerRow.firstId(StoreRecords.NOW.toEpochMilli() + 1));
    }
}
