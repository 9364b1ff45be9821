package dev.sluice;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import dev.sluice.quota.Quota;
import dev.sluice.store.LedgerQuery;
import dev.sluice.store.Store;
import dev.sluice.tenancy.Tenancy;
import dev.sluice.testkit.RunningSluice;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The usage that a running Sluice has recorded: current limits and budgets, and the ledger. */
public final class RecordedUsage {

    private static final int MANY = 10_000;

    private final Tenancy tenancy;

    private RecordedUsage(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    public static RecordedUsage of(RunningSluice sluice) {
        return new RecordedUsage(sluice.main().tenancy());
    }

    public Quota quota() {
        return tenancy.quota();
    }

    public Store store() {
        return tenancy.sources().store();
    }

    /** Whether every row that was made is in the ledger. */
    public boolean written() {
        return store().waitingRows() == 0;
    }

    /** The ledger's rows of one request, by attempt. */
    public List<AttemptRecord> rows(String requestId) {
        return list(null, requestId);
    }

    /** All rows of a key. */
    public List<AttemptRecord> rowsOf(String key) {
        return list(key, null);
    }

    private List<AttemptRecord> list(String key, String requestId) {
        return RunningSluice.await(store().ledger()
                        .list(new LedgerQuery(
                                Instant.EPOCH, Instant.now().plusSeconds(3600), key, null, requestId, null, MANY)))
                .stream()
                .map(LedgerRow::attempt)
                .sorted(Comparator.comparing(AttemptRecord::requestId).thenComparingInt(AttemptRecord::attempt))
                .toList();
    }
}
