package dev.sluice.store;

import static dev.sluice.store.StoreRecords.NOW;
import static dev.sluice.store.StoreRecords.get;
import static dev.sluice.store.StoreRecords.named;
import static dev.sluice.store.StoreRecords.row;
import static dev.sluice.store.StoreRecords.unknownModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import dev.sluice.model.RequestId;
import dev.sluice.store.UsageQuery.Dimension;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a ledger, for every database. */
abstract class LedgerContract {

    static final Instant DAY = NOW.truncatedTo(ChronoUnit.DAYS);

    @TempDir
    Path folder;

    final List<Store> stores = new ArrayList<>();
    Vertx vertx;
    String url;
    Store store;

    /** The URL of an empty store. */
    abstract String emptyStore(Path folder);

    @BeforeEach
    void open() throws Exception {
        vertx = Vertx.vertx();
        url = emptyStore(folder);
        store = another();
    }

    @AfterEach
    void close() throws Exception {
        for (Store open : stores) {
            get(open.close());
        }
        get(vertx.close());
    }

    final Store another() throws Exception {
        Store opened = get(Store.open(
                vertx, StoreRecords.config(url, folder.resolve("journal"), 8 << 20), StoreRecords.ANY_MODEL));
        stores.add(opened);
        get(opened.ready());
        return opened;
    }

    @Test
    void aRowIsReadAsItWasWritten() throws Exception {
        List<LedgerRow> named = named(row("r", 2, "k2", "anthropic", "failed", -1, NOW));

        get(store.ledger().append(named));

        assertThat(get(store.ledger().list(rows(null, 9)))).isEqualTo(named);
    }

    @Test
    void repeatedRowsChangeNothing() throws Exception {
        List<LedgerRow> rows = named(row("a"), row("b"), row("c"));
        List<LedgerRow> first = List.of(rows.get(0), rows.get(1), rows.get(0));
        List<LedgerRow> second = List.of(rows.get(1), rows.get(2));

        assertThat(get(store.ledger().append(first))).isEqualTo(2);
        assertThat(get(store.ledger().append(second))).isEqualTo(1);
        assertThat(get(store.ledger().append(second))).isZero();

        UsageRow sum = get(store.usage().query(usage(Set.of(), Map.of(), 0, 9))).getFirst();
        assertThat(sum.attempts()).isEqualTo(3);
        assertThat(sum.costNanoUsd()).isEqualTo(3000);
        assertThat(get(store.usage().spentByKey(DAY))).isEqualTo(Map.of("k1", 3000L));
        assertThat(get(store.usage().spentByTeam(DAY))).isEqualTo(Map.of("red", 3000L));
        assertThat(get(store.usage().spentByKey(DAY.plus(1, ChronoUnit.DAYS)))).isEmpty();
    }

    /** Each row counts once: whether it is in the ledger, on its way there, or still in the journal. */
    @Test
    void spendIsReconciledWithEachRowOnceWhileRowsAreWritten() throws Exception {
        get(store.ledger().append(named(row("earlier"))));
        AtomicLong counted = new AtomicLong();
        AtomicBoolean more = new AtomicBoolean(true);
        Thread traffic = Thread.ofPlatform().start(() -> {
            while (more.get()) {
                counted.addAndGet(store.append(row("r")) ? 1000 : 0);
                LockSupport.parkNanos(100_000);
            }
        });
        List<Long> wrong = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            get(store.reconcile(DAY, counted::get, (before, spend) -> {
                long missing = spend.byKey().get("k1") - before - 1000;
                if (Math.abs(missing) > 1000
                        || !spend.byTeam().get("red").equals(spend.byKey().get("k1"))) {
                    wrong.add(missing);
                }
            }));
        }
        more.set(false);
        traffic.join();

        assertThat(wrong).isEmpty();
        assertThat(counted.get()).isGreaterThan(8_000);
    }

    @Test
    void aRepeatedRequestIdIsCountedAgain() throws Exception {
        assertThat(get(store.ledger().append(named(row("mine"), row("mine"))))).isEqualTo(2);
        assertThat(get(store.ledger().append(named(row("mine"))))).isEqualTo(1);

        assertThat(get(store.usage().spentByKey(DAY))).isEqualTo(Map.of("k1", 3000L));
        assertThat(get(store.ledger().list(rows(null, 9)))).hasSize(3);
    }

    @Test
    void aRequestIsFoundByItsId() throws Exception {
        String ours = RequestId.next();
        Instant now = Instant.now();
        get(store.ledger()
                .append(named(
                        row(ours, 1, "k1", "openai", "failed", 1, now),
                        row(ours, 2, "k1", "anthropic", "ok", 1, now.plusSeconds(600)),
                        row("mine", 1, "k1", "openai", "ok", 1, NOW),
                        row(RequestId.next(), 1, "k1", "openai", "ok", 1, now))));

        assertThat(attempts(ours)).containsExactly(2, 1);
        assertThat(attempts("mine")).containsExactly(1);
        assertThat(attempts("req_none")).isEmpty();
    }

    private List<Integer> attempts(String request) throws Exception {
        Instant end = Instant.now().plus(1, ChronoUnit.DAYS);
        return get(store.ledger().list(new LedgerQuery(Instant.EPOCH, end, null, null, request, null, 9))).stream()
                .map(row -> row.attempt().attempt())
                .toList();
    }

    @Test
    void rowsAreListedNewestFirstInPages() throws Exception {
        List<AttemptRecord> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(row("r" + i % 4, i / 4 + 1, "k1", "openai", "ok", 1, NOW.minusSeconds(i / 3)));
        }
        get(store.ledger().append(named(all)));

        List<AttemptRecord> paged = new ArrayList<>();
        List<LedgerRow> page = get(store.ledger().list(rows(null, 2)));
        while (!page.isEmpty()) {
            page.forEach(row -> paged.add(row.attempt()));
            LedgerRow last = page.getLast();
            page = get(store.ledger().list(rows(new LedgerQuery.Cursor(last.id(), last.process()), 2)));
        }

        assertThat(paged).containsExactlyInAnyOrderElementsOf(all);
        assertThat(paged).isSortedAccordingTo((a, b) -> Long.compare(b.startEpochMillis(), a.startEpochMillis()));
    }

    @Test
    void usageIsGroupedByTheRequestedDimensions() throws Exception {
        get(store.ledger()
                .append(named(
                        row("a", 1, "k1", "openai", "failed", 10, NOW),
                        row("a", 2, "k1", "anthropic", "ok", 20, NOW),
                        row("b", 1, "k2", "openai", "cancelled", -1, NOW.plusSeconds(3600)),
                        row("c", 1, "k2", "openai", "ok", 40, NOW.plus(1, ChronoUnit.DAYS)))));

        assertThat(get(store.usage().query(usage(Set.of(Dimension.KEY), Map.of(), 0, 9))))
                .extracting(sum -> sum.of().get(Dimension.KEY), UsageRow::requests, UsageRow::attempts)
                .containsExactly(tuple("k1", 1L, 2L), tuple("k2", 2L, 2L));
        assertThat(get(store.usage().query(usage(Set.of(Dimension.DAY), Map.of(), 0, 9))))
                .extracting(UsageRow::begins, UsageRow::costNanoUsd, UsageRow::unpriced, UsageRow::cancelled)
                .containsExactly(tuple(DAY, 30L, 1L, 1L), tuple(DAY.plus(1, ChronoUnit.DAYS), 40L, 0L, 0L));
        assertThat(get(store.usage()
                        .query(usage(
                                Set.of(Dimension.HOUR, Dimension.PROVIDER),
                                Map.of(Dimension.KEY, "k1", Dimension.TEAM, "red"),
                                0,
                                9))))
                .extracting(UsageRow::begins, sum -> sum.of().get(Dimension.PROVIDER), UsageRow::failed)
                .containsExactly(
                        tuple(NOW.truncatedTo(ChronoUnit.HOURS), "anthropic", 0L),
                        tuple(NOW.truncatedTo(ChronoUnit.HOURS), "openai", 1L));
        assertThat(get(store.usage().query(usage(Set.of(Dimension.KEY), Map.of(), 1, 1))))
                .extracting(sum -> sum.of().get(Dimension.KEY))
                .containsExactly("k2");
        UsageRow all = get(store.usage().query(new UsageQuery(NOW, NOW.plusSeconds(60), Set.of(), Map.of(), 0, 9)))
                .getFirst();
        assertThat(List.of(all.promptTokens(), all.completionTokens(), all.cachedTokens(), all.cacheWriteTokens()))
                .containsExactly(200L, 40L, 20L, 10L);
    }

    /** 31 days before NOW is the first of February. */
    @Test
    void retentionDeletesOldRowsAndKeepsTheirSums() throws Exception {
        List<AttemptRecord> rows = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            rows.add(row("old" + i, 1, "k1", "openai", "ok", 1, NOW.minus(i % 100, ChronoUnit.DAYS)));
        }
        get(store.ledger().append(named(rows)));
        List<Instant> periods = List.of(
                Instant.EPOCH,
                Instant.parse("2026-02-01T00:00:00Z"),
                Instant.parse("2026-03-01T00:00:00Z"),
                Instant.parse("2026-03-02T00:00:00Z"),
                DAY);
        List<Spend> before = spend(periods);
        Retention retention = new Retention(
                vertx, store.ledger(), store.usage(), store.owners(), Duration.ofDays(10), Duration.ofDays(400));

        int deleted = get(retention.sweep(NOW));

        assertThat(deleted).isEqualTo(2500 - 25 * 11);
        assertThat(get(store.ledger().list(rows(null, 9999)))).hasSize(25 * 11);
        assertThat(spend(periods)).isEqualTo(before);
        assertThat(before.getFirst().byKey()).isEqualTo(Map.of("k1", 2500L));
        assertThat(sums(Dimension.DAY))
                .extracting(UsageRow::begins, UsageRow::costNanoUsd)
                .startsWith(
                        tuple(Instant.parse("2025-11-01T00:00:00Z"), 25L * 6),
                        tuple(Instant.parse("2025-12-01T00:00:00Z"), 25L * 31),
                        tuple(Instant.parse("2026-01-01T00:00:00Z"), 25L * 31),
                        tuple(Instant.parse("2026-02-01T00:00:00Z"), 25L))
                .hasSize(3 + 28 + 4);
        assertThat(sums(Dimension.HOUR)).hasSize(28 + 4);
        assertThat(sums(Dimension.TEAM).getFirst().attempts()).isEqualTo(2500);

        // A row of the journal that comes late is added to its month.
        get(store.ledger()
                .append(named(row("late", 1, "k1", "openai", "ok", 7, Instant.parse("2025-12-09T10:00:00Z")))));
        get(retention.sweep(NOW));
        assertThat(sums(Dimension.DAY).get(1).costNanoUsd()).isEqualTo(25 * 31 + 7);
        assertThat(sums(Dimension.DAY)).hasSize(3 + 28 + 4);
        assertThat(get(store.usage().spentByKey(Instant.EPOCH))).isEqualTo(Map.of("k1", 2507L));
    }

    private List<Spend> spend(List<Instant> periods) throws Exception {
        List<Spend> spent = new ArrayList<>();
        for (Instant since : periods) {
            spent.add(get(store.usage().spend(since)));
        }
        return spent;
    }

    private List<UsageRow> sums(Dimension by) throws Exception {
        Instant from = Instant.parse("2025-01-01T00:00:00Z");
        return get(store.usage().query(new UsageQuery(from, NOW.plusSeconds(1), Set.of(by), Map.of(), 0, 5000)));
    }

    @Test
    void modelNamesThatClientsChooseAreBounded() throws Exception {
        Store listing = get(Store.open(
                vertx,
                StoreRecords.config(url, folder.resolve("other"), 1 << 20),
                (provider, model) -> model.equals("listed")));
        stores.add(listing);
        List<AttemptRecord> rows = new ArrayList<>(List.of(
                unknownModel("listed"), unknownModel("first"), row("r").withModel("served"), unknownModel("served")));
        for (int i = 0; i < 2 * ModelNames.MOST; i++) {
            rows.add(unknownModel("random" + i));
        }
        for (int i = 0; i < ModelNames.MOST; i++) {
            // Clients that leave at once, and an outage.
            rows.add(row("r", 1, "k1", "openai", i % 2 == 0 ? "cancelled" : "failed", 0, NOW)
                    .withModel("away" + i));
        }
        get(listing.ledger().append(named(rows)));

        Map<String, UsageRow> sums = new HashMap<>();
        sums(Dimension.MODEL).forEach(sum -> sums.put(sum.of().get(Dimension.MODEL), sum));
        assertThat(sums).hasSize(2 + ModelNames.MOST_NOT_SERVED).containsKeys("listed", "served", ModelNames.OTHER);
        assertThat(sums.get("served").attempts()).isEqualTo(2);
        assertThat(sums.get(ModelNames.OTHER).failed()).isGreaterThan(2 * ModelNames.MOST);
        assertThat(sums.values().stream().mapToLong(UsageRow::attempts).sum()).isEqualTo(rows.size());

        // A provider that serves any name.
        List<AttemptRecord> served = new ArrayList<>();
        for (int i = 0; i < 2 * ModelNames.MOST; i++) {
            served.add(row("r").withModel("any" + i));
        }
        get(listing.ledger().append(named(served)));
        assertThat(sums(Dimension.MODEL)).hasSize(2 + ModelNames.MOST);
        assertThat(get(listing.ledger().list(rows(null, 9999))))
                .extracting(row -> row.attempt().model())
                .contains("listed", "served", ModelNames.OTHER)
                .doesNotContain("first", "random1");
    }

    /** Dimensions of existing rows are kept, and a deleted one is inserted again with its next row. */
    @Test
    void dimensionsAreDeletedWithTheirLastRows() throws Exception {
        Instant now = Instant.now();
        AttemptRecord old = row("old", 1, "k1", "openai", "failed", 1, now.minus(30, ChronoUnit.DAYS));
        AttemptRecord young = row("young", 1, "k1", "openai", "ok", 1, now);
        get(store.ledger().append(named(old, young)));
        Store other = another();

        get(new Retention(
                        vertx, other.ledger(), other.usage(), other.owners(), Duration.ofDays(10), Duration.ofDays(400))
                .sweep(now));
        assertThat(get(store.ledger()
                        .list(new LedgerQuery(Instant.EPOCH, now.plusSeconds(60), null, null, null, null, 9))))
                .extracting(row -> row.attempt().requestId())
                .containsExactly("young");

        // Nothing is written for days: all dimensions are deleted, and a store must not use the ids in its cache.
        Instant after = now.plus(10, ChronoUnit.DAYS);
        assertThat(get(other.ledger().deleteBefore(after, 9))).isOne();
        assertThat(get(other.ledger().deleteDimensionsBefore(after, 9))).isEqualTo(2);
        AttemptRecord late = row("late", 1, "k1", "openai", "ok", 1, now.plus(20, ChronoUnit.DAYS));
        get(other.ledger().append(named(late)));
        assertThat(get(other.ledger()
                        .list(new LedgerQuery(
                                Instant.EPOCH, now.plus(21, ChronoUnit.DAYS), null, null, null, null, 9))))
                .extracting(LedgerRow::attempt)
                .containsExactly(late);
    }

    @Test
    void rowsOfTheJournalReachTheLedger() throws Exception {
        for (int i = 0; i < 3000; i++) {
            assertThat(store.append(row("r" + i))).isTrue();
        }

        await().atMost(Duration.ofSeconds(10))
                .until(() -> get(store.usage().spentByKey(DAY)).getOrDefault("k1", 0L) == 3_000_000);
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    static LedgerQuery rows(LedgerQuery.Cursor after, int limit) {
        return new LedgerQuery(Instant.EPOCH, NOW.plus(9, ChronoUnit.DAYS), null, null, null, after, limit);
    }

    static UsageQuery usage(Set<Dimension> by, Map<Dimension, String> only, int offset, int limit) {
        return new UsageQuery(DAY, DAY.plus(2, ChronoUnit.DAYS), by, only, offset, limit);
    }
}
