package dev.sluice.store;

import static dev.sluice.store.StoreRecords.NOW;
import static dev.sluice.store.StoreRecords.get;
import static dev.sluice.store.StoreRecords.key;
import static dev.sluice.store.StoreRecords.named;
import static dev.sluice.store.StoreRecords.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Limits;
import dev.sluice.model.Usage;
import dev.sluice.store.UsageQuery.Dimension;
import dev.sluice.store.sql.Engine;
import dev.sluice.testkit.CapturedLog;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of a store, for every database. */
abstract class StoreContract extends LedgerContract {

    private static final String HOSTILE = "x' OR '1'='1'; DROP TABLE api_keys; --\"\\ é\u4e2d$1 ?";

    @Test
    void aKeyIsReadAsItWasWritten() throws Exception {
        assertThat(get(store.keys().insert(key("a")))).isTrue();

        assertThat(get(store.keys().find("a"))).isEqualTo(key("a"));
        assertThat(get(store.keys().find("b"))).isNull();
    }

    @Test
    void aLedgerThatCannotBeWrittenMakesTheStoreUnhealthy() throws Exception {
        Engine database = Engine.of(vertx, url);
        get(database.update("ALTER TABLE ledger_rows RENAME TO hidden"));
        store.append(row("waits"));

        await().atMost(Duration.ofSeconds(10)).until(() -> !store.healthy());
        assertThat(store.waitingRows()).isOne();

        get(database.update("ALTER TABLE hidden RENAME TO ledger_rows"));
        await().atMost(Duration.ofSeconds(10)).until(store::healthy);
        await().atMost(Duration.ofSeconds(10)).until(() -> store.waitingRows() == 0);
        get(database.close());
    }

    /** A rule of the database that Sluice does not know refuses two rows of a batch. */
    @Test
    void aRowThatTheDatabaseRefusesIsParkedAndTheOthersAreWritten() throws Exception {
        Engine database = Engine.of(vertx, url);
        get(database.update(
                database.remote()
                        ? "ALTER TABLE ledger_rows ADD CHECK (request_id NOT LIKE 'poison%')"
                        : "CREATE TRIGGER poison BEFORE INSERT ON ledger_rows WHEN NEW.request_id LIKE 'poison%'"
                                + " BEGIN SELECT RAISE(ABORT, 'refused'); END"));
        try (CapturedLog log = CapturedLog.open()) {
            for (int i = 0; i < 700; i++) {
                store.append(row(i == 300 || i == 301 ? "poison\n" + i : "r" + i));
            }

            await().atMost(Duration.ofSeconds(20)).until(() -> store.waitingRows() == 0);
            assertThat(store.parkedRows()).isEqualTo(2);
            assertThat(get(store.usage().spentByKey(DAY))).isEqualTo(Map.of("k1", 698_000L));
            assertThat(store.healthy()).isTrue();
            assertThat(log.lines().stream().filter(line -> line.startsWith("ERROR The database refused a ledger row")))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line)
                            .contains("poison\\u000a30", "key=k1", "model=gpt-5")
                            .doesNotContain("\n"));
        }
        store.append(row("later"));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get(store.usage().spentByKey(DAY)).equals(Map.of("k1", 699_000L)));
        get(database.close());
    }

    /** Of random characters, which PostgreSQL cannot compress to fit into a row of an index. */
    @Test
    void noRowIsTooLargeOrItsCostTooHigh() throws Exception {
        String longest = new Random(7)
                .ints(256, 0x4e00, 0x9fa5)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        AttemptRecord usual = row("r");
        AttemptRecord large = new AttemptRecord(
                longest,
                1,
                "jwt:" + longest,
                longest.substring(0, 128),
                longest.substring(128),
                longest,
                longest,
                longest,
                "chat",
                new Usage(Usage.MAX_TOKENS, Usage.MAX_TOKENS, 0, 0, 0, Long.MAX_VALUE, true),
                Long.MAX_VALUE,
                AttemptRecord.CostSource.REPORTED,
                "failed",
                longest + longest,
                200,
                usual.startEpochMillis(),
                1,
                1);
        for (int i = 0; i < 5; i++) {
            store.append(large);
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> store.waitingRows() == 0);

        assertThat(store.parkedRows()).isZero();
        assertThat(get(store.usage().spentByKey(DAY)))
                .isEqualTo(Map.of("jwt:" + longest, 5 * AttemptRecord.MAX_COST_NANO_USD));
        assertThat(get(store.usage().spentByTeam(DAY))).containsOnlyKeys(longest.substring(0, 128));
    }

    @Test
    void aSecretIsSharedByAllInstances() throws Exception {
        Store other = another();

        assertThat(get(store.owners().secret("ids", "first"))).isEqualTo("first");
        assertThat(get(other.owners().secret("ids", "second"))).isEqualTo("first");
        assertThat(get(other.owners().secret("others", "second"))).isEqualTo("second");
    }

    /** A caller may use the key as soon as it has the response of the admin API. */
    @Test
    void aChangeThatIsReportedAsDoneIsInTheSnapshot() throws Exception {
        List<Future<Boolean>> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = "now-" + i;
            changes.add(store.keys()
                    .insert(key(id))
                    .map(done -> store.snapshot().keys().containsKey(id)));
        }
        for (Future<Boolean> change : changes) {
            assertThat(get(change)).isTrue();
        }

        Future<Instant> revoked = store.keys()
                .revoke("now-7", NOW)
                .map(done -> store.snapshot().keys().get("now-7").revokedAt());
        assertThat(get(revoked)).isEqualTo(NOW);
    }

    @Test
    void aKeyIdIsCreatedOnce() throws Exception {
        get(store.keys().insert(key("a")));

        assertThat(get(store.keys().insert(key("a")))).isFalse();
    }

    @Test
    void valuesAreNotExecutedAsSql() throws Exception {
        get(store.keys().insert(key(HOSTILE)));
        get(store.ledger().append(named(row(HOSTILE, 1, HOSTILE, HOSTILE, "ok", 5, NOW))));

        assertThat(get(store.keys().find(HOSTILE))).isEqualTo(key(HOSTILE));
        assertThat(get(store.keys().list(HOSTILE, null, 10))).isEmpty();
        assertThat(get(store.usage().query(usage(Set.of(Dimension.PROVIDER), Map.of(Dimension.KEY, HOSTILE), 0, 10))))
                .extracting(sum -> sum.of().get(Dimension.PROVIDER))
                .containsExactly(HOSTILE);
    }

    @Test
    void aResourceBelongsToItsFirstOwner() throws Exception {
        OwnerTable owners = store.owners();
        get(owners.record("key:a", "up", List.of("f1", "f2", HOSTILE), 1));
        get(owners.record("team:b", "up", List.of("f1", "f3"), 2));
        get(owners.record("team:b", "other", List.of("f1"), 2));
        get(owners.record("team:b", "up", List.of(), 2));

        assertThat(get(owners.owned("key:a", "up", List.of("f1", "f2", "f3", HOSTILE, "none", "a\0b"), 2)))
                .containsExactlyInAnyOrder("f1", "f2", HOSTILE);
        assertThat(get(owners.owned("team:b", "up", List.of("f1", "f2", "f3"), 2)))
                .containsExactly("f3");
        assertThat(get(owners.owned("team:b", "up", List.of(), 2))).isEmpty();
        assertThat(get(owners.ofOthers("key:a", "up", List.of("f1", "f2", "f3", HOSTILE, "none", "\0"), 2)))
                .containsExactly("f3");
        assertThat(get(owners.ofOthers("team:b", "other", List.of("f1", "f2"), 2)))
                .isEmpty();
        List<String> many = IntStream.range(0, 1_201).mapToObj(i -> "m" + i).toList();
        get(owners.record("key:a", "up", many, 3));
        assertThat(get(owners.owned("key:a", "up", many, 3))).hasSize(1_201);

        get(owners.forget("up", "f1"));

        assertThat(get(owners.owned("key:a", "up", List.of("f1"), 3))).isEmpty();
        assertThat(get(owners.owned("team:b", "other", List.of("f1"), 3))).hasSize(1);
    }

    @Test
    void theOwnerOfAResourceIsForgottenSomeTimeAfterItsLastUse() throws Exception {
        OwnerTable owners = store.owners();
        long day = Duration.ofDays(1).toMillis();
        List<String> unused = IntStream.range(0, 2_500).mapToObj(i -> "u" + i).toList();
        get(owners.record("key:a", "up", unused, 0));
        get(owners.record("key:a", "up", List.of("read", "named", "of another"), 0));
        get(owners.owned("key:a", "up", List.of("read"), 300 * day));
        get(owners.ofOthers("key:a", "up", List.of("named"), 300 * day));
        // Neither an attempt of another caller is a use, nor a second one on the same day.
        get(owners.owned("team:b", "up", List.of("of another"), 300 * day));
        get(owners.owned("key:a", "up", List.of("read"), 301 * day - 1));

        Retention retention = new Retention(
                vertx, store.ledger(), store.usage(), owners, Duration.ofDays(20_000), Duration.ofDays(400));
        get(retention.sweep(Instant.ofEpochMilli(401 * day)));
        Engine database = Engine.of(vertx, url);
        assertThat(get(database.query("SELECT id, used_at FROM owned_resources ORDER BY id")))
                .extracting(row -> row.text(0) + " " + row.number(1) / day)
                .containsExactly("named 300", "read 300");
        get(database.close());

        get(retention.sweep(Instant.ofEpochMilli(701 * day)));
        assertThat(get(owners.owned("key:a", "up", List.of("read", "named"), 701 * day)))
                .isEmpty();
    }

    @Test
    void anUpdateKeepsTheSecret() throws Exception {
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
    void thePreviousSecretIsValidForAWhile() throws Exception {
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
    void keysAreListedInPages() throws Exception {
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
    void aTeamIsCreatedChangedAndDeleted() throws Exception {
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
    void theAuditLogIsListedNewestFirst() throws Exception {
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
    void anotherProcessSeesAChangeWithinASecond() throws Exception {
        Store other = another();
        List<Snapshot> snapshots = new CopyOnWriteArrayList<>();
        other.onChange(snapshots::add);
        get(store.keys().insert(key("a")));
        await().atMost(Duration.ofSeconds(1))
                .until(() -> other.snapshot().keys().containsKey("a"));

        get(store.keys().revoke("a", NOW));

        for (Store each : List.of(store, other)) {
            await().atMost(Duration.ofSeconds(1))
                    .until(() -> NOW.equals(each.snapshot().keys().get("a").revokedAt()));
        }
        await().atMost(Duration.ofSeconds(1))
                .until(() -> NOW.equals(snapshots.getLast().keys().get("a").revokedAt()));
    }

    @Test
    void snapshotsStayCurrent() {
        Instant before = store.snapshot().at();

        await().atMost(Duration.ofSeconds(2)).until(() -> store.snapshot().at().isAfter(before));

        assertThat(store.healthy()).isTrue();
    }

    @Test
    void closingWritesJournaledRowsAndKeyUses() throws Exception {
        Store other = another();
        for (int i = 0; i < 1200; i++) {
            other.append(row("r" + i));
        }
        other.recordUse("a", NOW.toEpochMilli());
        get(store.keys().insert(key("a")));

        get(other.close());
        stores.remove(other);

        assertThat(get(store.ledger().list(rows(null, 9999)))).hasSize(1200);
        assertThat(get(store.keys().find("a")).lastUsedAt()).isEqualTo(NOW);
    }

    @Test
    void severalProcessesStartAtTheSameTime() throws Exception {
        String fresh = emptyStore(folder.resolve("fresh"));
        List<Future<Store>> opening = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            opening.add(Store.open(
                    vertx, StoreRecords.config(fresh, folder.resolve("journals"), 1 << 20), StoreRecords.ANY_MODEL));
        }

        for (Future<Store> each : opening) {
            stores.add(get(each));
        }

        get(stores.getLast().keys().insert(key("a")));
        assertThat(get(stores.get(1).keys().find("a"))).isNotNull();
    }
}
