package dev.sluice.store.sql;

import static dev.sluice.store.StoreRecords.failure;
import static dev.sluice.store.StoreRecords.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Budget;
import dev.sluice.model.Role;
import dev.sluice.store.LedgerQuery;
import dev.sluice.store.Store;
import dev.sluice.store.StoreRecords;
import dev.sluice.store.StoredKey;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations from each earlier schema version, with data in it. */
abstract class MigrationContract {

    @TempDir
    Path folder;

    private Vertx vertx;
    private String url;
    private Engine engine;

    abstract String emptyStore(Path folder);

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        url = emptyStore(folder);
        engine = Engine.of(vertx, url);
    }

    @AfterEach
    void close() throws Exception {
        get(engine.close());
        get(vertx.close());
    }

    @Test
    void everyEarlierVersionIsTested() {
        assertThat(Migrations.latest()).as("add the new one to the test below").isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void migrationsKeepTheData(int version) throws Exception {
        get(Migrations.apply(engine, version));
        get(engine.update("INSERT INTO api_keys (id, hash, models, surfaces, role, rpm, tpm, input_tpm, output_tpm,"
            + " concurrency, budget, budget_per, budget_warn_at, budget_hard, metadata, created_at) VALUES ('a', 'h',"
            + " '[\"m\"]', '[]', 'ADMIN', 1, 2, 3, 4, 5, 7, 'DAY', 0.5, 1, '{\"a\":\"b\"}', 1000)"));
        // From version 6 on, the ledger is a view.
        boolean rows = version >= 2 && version < 6;
        if (rows) {
            ledgerRow(version, "r1", 1, 1_000, 10, "failed");
            ledgerRow(version, "r1", 2, 2_000, 20, "ok");
            ledgerRow(version, "r2", 1, 3_600_000, -1, "ok");
        }
        if (version >= 3) {
            get(engine.update("INSERT INTO usage_daily (begins, key_id, team, tier, route, provider, model, requests,"
                    + " attempts, failed, cancelled, prompt_tokens, completion_tokens, cached_tokens,"
                    + " cache_write_tokens, reasoning_tokens, cost, unpriced)"
                    + " VALUES (0, 'a', '', '', '', 'p', 'm', 2, 3, 1, 0, 3, 6, 9, 12, 15, 30, 1)"));
        }
        if (version >= 7) {
            get(engine.update(
                    "INSERT INTO owned_resources (provider, id, owner, created_at) VALUES ('p', 'f', 'key:a', 1000)"));
        }

        Store store =
                get(Store.open(vertx, StoreRecords.config(url, folder.resolve("j"), 1 << 20), StoreRecords.ANY_MODEL));

        StoredKey key = store.snapshot().keys().get("a");
        assertThat(key.role()).isEqualTo(Role.ADMIN);
        assertThat(key.models()).containsExactly("m");
        assertThat(key.metadata()).isEqualTo(Map.of("a", "b"));
        assertThat(key.budget()).isEqualTo(new Budget(7, Budget.Period.DAY, 0.5, true));
        assertThat(get(store.usage().spentByKey(Instant.EPOCH))).isEqualTo(version >= 2 ? Map.of("a", 30L) : Map.of());
        if (version == 2) {
            assertThat(get(engine.query("SELECT requests, attempts, failed, prompt_tokens, unpriced FROM usage_hourly"
                            + " ORDER BY begins")))
                    .extracting(row -> row.number(0) + " " + row.number(1) + " " + row.number(2) + " " + row.number(3)
                            + " " + row.number(4))
                    .containsExactly("1 2 1 2 0", "1 1 0 1 1");
        }
        assertThat(get(engine.query("SELECT owner, used_at FROM owned_resources")))
                .extracting(row -> row.text(0) + " " + row.number(1))
                .isEqualTo(version >= 7 ? List.of("key:a 1000") : List.of());
        if (rows) {
            Instant end = Instant.ofEpochMilli(3_600_001);
            assertThat(get(store.ledger().list(new LedgerQuery(Instant.EPOCH, end, null, null, null, null, 9))))
                    .extracting(row -> row.attempt().requestId() + "/"
                            + row.attempt().attempt() + " " + row.attempt().startEpochMillis() + " "
                            + row.attempt().costNanoUsd() + " " + row.attempt().key() + " "
                            + row.attempt().outcome() + " " + row.attempt().status())
                    .containsExactly("r2/1 3600000 -1 a ok 200", "r1/2 2000 20 a ok 200", "r1/1 1000 10 a failed 200");
        }
        get(store.close());
    }

    @Test
    void aSecondMigrationChangesNothing() throws Exception {
        get(Migrations.apply(engine));
        get(Migrations.apply(engine));

        assertThat(get(engine.query("SELECT version FROM schema_version"))).hasSize(Migrations.latest());
    }

    @Test
    void aNewerDatabaseIsRefused() throws Exception {
        get(Migrations.apply(engine));
        get(engine.update("INSERT INTO schema_version (version, checksum, applied_at) VALUES (10, 1, 1)"));

        assertThat(failure(Store.open(
                        vertx, StoreRecords.config(url, folder.resolve("j"), 1 << 20), StoreRecords.ANY_MODEL)))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("schema version 10 (expected: at most 9)");
    }

    @Test
    void aVersionWithAnotherChecksumIsRefused() throws Exception {
        get(Migrations.apply(engine));
        get(engine.update("UPDATE schema_version SET checksum = 1 WHERE version = 2"));

        assertThat(failure(Migrations.apply(engine))).hasMessageContaining("V002__ledger.sql as released");
    }

    @Test
    void aMigrationThatFailsLeavesNothing() throws Exception {
        get(Migrations.apply(engine, 2));
        get(engine.update("CREATE TABLE usage_daily (x BIGINT)"));

        assertThat(StoreUnavailable.is(failure(Migrations.apply(engine)))).isTrue();

        assertThat(get(engine.query("SELECT version FROM schema_version"))).hasSize(2);
        assertThat(failure(engine.query("SELECT 1 FROM usage_hourly"))).isNotNull();
    }

    private void ledgerRow(int version, String request, long attempt, long at, long cost, String outcome)
            throws Exception {
        boolean named = version >= 5;
        get(engine.update(
                "INSERT INTO ledger (" + (named ? "id, process, " : "")
                        + "request_id, attempt, key_id, team, tier, route, provider, model, surface,"
                        + " prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens,"
                        + " usage_known, reported_cost, cost, cost_source, outcome, error_code, status, started_at,"
                        + " duration, first_token) VALUES (" + (named ? at * 1048576 + ", 7, " : "")
                        + "?, ?, 'a', '', '', '', 'p', 'm', 'chat', 1, 2, 3, 4, 5, 1,"
                        + " -1, ?, 'COMPUTED', ?, '', 200, ?, 1, 1)",
                request,
                attempt,
                cost,
                outcome,
                at));
    }
}
