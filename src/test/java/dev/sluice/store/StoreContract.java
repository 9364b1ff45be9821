package dev.sluice.store;

import static dev.sluice.store.Records.NOW;
import static dev.sluice.store.Records.get;
import static dev.sluice.store.Records.key;
import static dev.sluice.store.Records.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Limits;
import dev.sluice.store.UsageQuery.Dimension;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store promises, whatever the engine. */
abstract class StoreContract {

    private static final Instant DAY = NOW.truncatedTo(ChronoUnit.DAYS);
    private static final String HOSTILE = "x' OR '1'='1'; DROP TABLE api_keys; --\"\\ é\u4e2d$1 ?";

    @TempDir
    Path folder;

    private final List<Store> stores = new ArrayList<>();
    private Vertx vertx;
    private String url;
    private Store store;

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

    @Test
    void aKeyComesBackAsItWas() throws Exception {
        assertThat(get(store.keys().insert(key("a")))).isTrue();

        assertThat(get(store.keys().find("a"))).isEqualTo(key("a"));
        assertThat(get(store.keys().find("b"))).isNull();
    }

    @Test
    void anIdIsTakenOnce() throws Exception {
        get(store.keys().insert(key("a")));

        assertThat(get(store.keys().insert(key("a")))).isFalse();
    }

    @Test
    void valuesAreNeverSql() throws Exception {
        get(store.keys().insert(key(HOSTILE)));
        get(store.ledger().append(List.of(row(HOSTILE, 1, HOSTILE, HOSTILE, "ok", 5, NOW))));

        assertThat(get(store.keys().find(HOSTILE))).isEqualTo(key(HOSTILE));
        assertThat(get(store.keys().list(HOSTILE, null, 10))).isEmpty();
        assertThat(get(store.usage().query(usage(Set.of(Dimension.PROVIDER), Map.of(Dimension.KEY, HOSTILE), 0, 10))))
                .extracting(sum -> sum.of().get(Dimension.PROVIDER))
                .containsExactly(HOSTILE);
    }

    @Test
    void anUpdateLeavesTheSecretAlone() throws Exception {
        get(store.keys().insert(key("a")));
        StoredKey changed = new StoredKey(
                "a",
                null,
                "another",
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                dev.sluice.model.Role.NONE,
                Limits.NONE,
                null,
                Map.of(),
                NOW,
                null,
                null,
                null,
                "admin");

        assertThat(get(store.keys().update(changed))).isTrue();

        StoredKey found = get(store.keys().find("a"));
        assertThat(found.hash()).isEqualTo(key("a").hash());
        assertThat(found.budget()).isNull();
        assertThat(found.name()).isNull();
        assertThat(found.limits()).isEqualTo(Limits.NONE);
        assertThat(get(store.keys().update(key("none")))).isFalse();
    }

    @Test
    void theOldSecretIsGoodForAWhile() throws Exception {
        get(store.keys().insert(key("a")));

        assertThat(get(store.keys().rotate("a", "new", NOW))).isTrue();

        StoredKey found = get(store.keys().find("a"));
        assertThat(found.hash()).isEqualTo("new");
        assertThat(found.previousHash()).isEqualTo(key("a").hash());
        assertThat(found.previousUntil()).isEqualTo(NOW);
    }

    @Test
    void aRevokedKeyStaysRevoked() throws Exception {
        get(store.keys().insert(key("a")));

        assertThat(get(store.keys().revoke("a", NOW))).isTrue();

        assertThat(get(store.keys().revoke("a", NOW.plusSeconds(1)))).isFalse();
        assertThat(get(store.keys().rotate("a", "new", NOW))).isFalse();
        assertThat(get(store.keys().find("a")).revokedAt()).isEqualTo(NOW);
    }

    @Test
    void keysAreListedByPages() throws Exception {
        for (String id : List.of("c", "a", "d", "b")) {
            get(store.keys().insert(key(id)));
        }

        assertThat(get(store.keys().list(null, null, 3)))
                .extracting(StoredKey::id)
                .containsExactly("a", "b", "c");
        assertThat(get(store.keys().list("red", "c", 3)))
                .extracting(StoredKey::id)
                .containsExactly("d");
        assertThat(get(store.keys().list("blue", null, 3))).isEmpty();
    }

    @Test
    void aTeamIsMadeChangedAndDeleted() throws Exception {
        StoredTeam team = new StoredTeam("red", new Limits(1, 2, 3, 4, 5), null, Map.of("a", "b"), NOW);
        StoredTeam later = new StoredTeam("red", Limits.NONE, key("a").budget(), Map.of(), NOW.plusSeconds(9));

        get(store.teams().put(team));
        assertThat(get(store.teams().find("red"))).isEqualTo(team);
        get(store.teams().put(later));

        assertThat(get(store.teams().list(null, 9)))
                .containsExactly(new StoredTeam("red", Limits.NONE, later.budget(), Map.of(), NOW));
        assertThat(get(store.teams().delete("red"))).isTrue();
        assertThat(get(store.teams().delete("red"))).isFalse();
    }

    @Test
    void theAuditLogIsReadBackwards() throws Exception {
        for (int i = 0; i < 5; i++) {
            get(store.audit().append(new AuditEntry(null, NOW.plusMillis(i), "admin", "key.create", "k" + i, HOSTILE)));
        }

        List<AuditEntry> page = get(store.audit().list(null, 2));
        assertThat(page).extracting(AuditEntry::target).containsExactly("k4", "k3");
        assertThat(get(store.audit().list(page.getLast().id(), 9)))
                .extracting(AuditEntry::target)
                .containsExactly("k2", "k1", "k0");
    }

    @Test
    void aRowComesBackAsItWas() throws Exception {
        AttemptRecord row = row("r", 2, "k2", "anthropic", "failed", -1, NOW);

        get(store.ledger().append(List.of(row)));

        assertThat(get(store.ledger().list(rows(null, 9)))).containsExactly(row);
    }

    @Test
    void rowsThatComeAgainChangeNothing() throws Exception {
        List<AttemptRecord> first = List.of(row("a"), row("b"), row("a"));
        List<AttemptRecord> second = List.of(row("b"), row("c"));

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

    @Test
    void rowsAreListedNewestFirstByPages() throws Exception {
        List<AttemptRecord> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(row("r" + i % 4, i / 4 + 1, "k1", "openai", "ok", 1, NOW.minusSeconds(i / 3)));
        }
        get(store.ledger().append(all));

        List<AttemptRecord> paged = new ArrayList<>();
        List<AttemptRecord> page = get(store.ledger().list(rows(null, 2)));
        while (!page.isEmpty()) {
            paged.addAll(page);
            AttemptRecord last = page.getLast();
            page = get(store.ledger()
                    .list(rows(new LedgerQuery.Cursor(last.startEpochMillis(), last.requestId(), last.attempt()), 2)));
        }

        assertThat(paged).containsExactlyInAnyOrderElementsOf(all);
        assertThat(paged).isSortedAccordingTo((a, b) -> Long.compare(b.startEpochMillis(), a.startEpochMillis()));
    }

    @Test
    void usageIsToldApartByWhatIsAsked() throws Exception {
        get(store.ledger()
                .append(List.of(
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

    @Test
    void oldRowsGoAndTheirSumsStay() throws Exception {
        List<AttemptRecord> rows = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            rows.add(row("old" + i, 1, "k1", "openai", "ok", 1, NOW.minus(i % 100, ChronoUnit.DAYS)));
        }
        get(store.ledger().append(rows));

        int deleted = get(new Retention(vertx, store.ledger(), Duration.ofDays(10)).sweep(NOW));

        assertThat(deleted).isEqualTo(2500 - 25 * 11);
        assertThat(get(store.ledger().list(rows(null, 9999)))).hasSize(25 * 11);
        assertThat(get(store.usage().spentByKey(Instant.EPOCH))).isEqualTo(Map.of("k1", 2500L));
    }

    @Test
    void anotherProcessSeesAChangeWithinASecond() throws Exception {
        Store other = another();
        List<Snapshot> told = new ArrayList<>();
        other.onChange(told::add);
        get(store.keys().insert(key("a")));
        await().atMost(Duration.ofSeconds(1))
                .until(() -> other.snapshot().keys().containsKey("a"));

        get(store.keys().revoke("a", NOW));

        await().atMost(Duration.ofSeconds(1))
                .until(() -> other.snapshot().keys().get("a").revokedAt() != null);
        assertThat(store.snapshot().keys().get("a").revokedAt()).isEqualTo(NOW);
        assertThat(told.getLast().keys().get("a").revokedAt()).isEqualTo(NOW);
    }

    @Test
    void aSnapshotStaysYoung() {
        Instant before = store.snapshot().at();

        await().atMost(Duration.ofSeconds(2)).until(() -> store.snapshot().at().isAfter(before));

        assertThat(store.healthy()).isTrue();
    }

    @Test
    void rowsOfTheJournalReachTheLedger() throws Exception {
        for (int i = 0; i < 3000; i++) {
            assertThat(store.append(row("r" + i))).isTrue();
        }

        await().atMost(Duration.ofSeconds(10))
                .until(() -> get(store.usage().spentByKey(DAY)).getOrDefault("k1", 0L) == 3_000_000);
    }

    @Test
    void closingCarriesWhatIsThere() throws Exception {
        Store other = another();
        for (int i = 0; i < 1200; i++) {
            other.append(row("r" + i));
        }
        other.touch("a", NOW.toEpochMilli());
        get(store.keys().insert(key("a")));

        get(other.close());
        stores.remove(other);

        assertThat(get(store.ledger().list(rows(null, 9999)))).hasSize(1200);
        assertThat(get(store.keys().find("a")).lastUsedAt()).isEqualTo(NOW);
    }

    @Test
    void severalStartTogether() throws Exception {
        String fresh = emptyStore(folder.resolve("fresh"));
        List<Future<Store>> opening = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            opening.add(Store.open(vertx, Records.config(fresh, folder.resolve("journals"), 1 << 20)));
        }

        for (Future<Store> each : opening) {
            stores.add(get(each));
        }

        get(stores.getLast().keys().insert(key("a")));
        assertThat(get(stores.get(1).keys().find("a"))).isNotNull();
    }

    private Store another() throws Exception {
        Store opened = get(Store.open(vertx, Records.config(url, folder.resolve("journal"), 8 << 20)));
        stores.add(opened);
        get(opened.ready());
        return opened;
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    private static LedgerQuery rows(LedgerQuery.Cursor after, int limit) {
        return new LedgerQuery(Instant.EPOCH, NOW.plus(9, ChronoUnit.DAYS), null, null, null, after, limit);
    }

    private static UsageQuery usage(Set<Dimension> by, Map<Dimension, String> only, int offset, int limit) {
        return new UsageQuery(DAY, DAY.plus(2, ChronoUnit.DAYS), by, only, offset, limit);
    }
}
