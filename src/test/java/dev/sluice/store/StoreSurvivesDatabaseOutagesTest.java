package dev.sluice.store;

import static dev.sluice.store.StoreRecords.failure;
import static dev.sluice.store.StoreRecords.get;
import static dev.sluice.store.StoreRecords.key;
import static dev.sluice.store.StoreRecords.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.store.sql.StoreUnavailable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is stopped and started again. */
final class StoreSurvivesDatabaseOutagesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Vertx vertx;
    private int port;

    @BeforeEach
    void open() throws IOException {
        vertx = Vertx.vertx();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    @Test
    void rowsAreKeptAndKeysStayValidDuringAnOutage() throws Exception {
        RunningPostgres before = RunningPostgres.in(folder.resolve("pg"), port);
        Store store = get(Store.open(
                vertx,
                StoreRecords.config(before.newDatabase(), folder.resolve("j"), 8 << 20),
                StoreRecords.ANY_MODEL));
        get(store.keys().insert(key("a")));
        await().atMost(SOON).until(() -> store.snapshot().keys().containsKey("a"));
        store.append(row("before"));
        before.close();
        await().atMost(SOON).until(() -> !store.healthy());

        assertThat(StoreUnavailable.is(failure(store.keys().insert(key("b"))))).isTrue();
        assertThat(store.append(row("during"))).isTrue();
        assertThat(store.snapshot().keys()).containsOnlyKeys("a");
        Instant age = store.snapshot().at();

        try (RunningPostgres after = RunningPostgres.in(folder.resolve("pg"), port)) {
            assertThat(after).isNotNull();
            await().atMost(SOON).until(store::healthy);
            await().atMost(SOON).until(() -> spent(store) == 2000);
            assertThat(store.snapshot().at()).isAfter(age);
            assertThat(get(store.keys().insert(key("b")))).isTrue();
            await().atMost(Duration.ofSeconds(1))
                    .until(() -> store.snapshot().keys().containsKey("b"));
            get(store.close());
        }
    }

    @Test
    void aDatabaseThatIsDownAtTheStartIsUsedOnceItIsUp() throws Exception {
        RunningPostgres first = RunningPostgres.in(folder.resolve("pg"), port);
        String url = first.newDatabase();
        first.close();

        Store store =
                get(Store.open(vertx, StoreRecords.config(url, folder.resolve("j"), 8 << 20), StoreRecords.ANY_MODEL));

        assertThat(store.healthy()).isFalse();
        assertThat(store.snapshot().at()).isEqualTo(Instant.EPOCH);
        assertThat(store.ready().isComplete()).isFalse();
        assertThat(store.append(row("early"))).isTrue();
        try (RunningPostgres second = RunningPostgres.in(folder.resolve("pg"), port)) {
            assertThat(second).isNotNull();
            await().atMost(SOON).until(store::healthy);
            await().atMost(SOON).until(() -> spent(store) == 1000);
            get(store.close());
        }
    }

    @Test
    void aFullJournalRefusesRequestsDuringAnOutage() throws Exception {
        String unreachable = "postgresql://a:b@127.0.0.1:" + port + "/none";
        Store store = get(Store.open(
                vertx, StoreRecords.config(unreachable, folder.resolve("j"), 1 << 20), StoreRecords.ANY_MODEL));
        int taken = 0;
        while (!store.full()) {
            taken += store.append(row("r" + taken)) ? 1 : 0;
        }

        assertThat(taken).isGreaterThan(1000);
        assertThat(store.append(row("let in before"))).isTrue();
        get(store.close());

        Store again = get(Store.open(
                vertx,
                StoreRecords.config("sqlite:" + folder.resolve("s.db"), folder.resolve("j"), 1 << 20),
                StoreRecords.ANY_MODEL));
        get(again.ready());
        assertThat(spent(again)).isEqualTo(1000L * (taken + 1));
        await().until(() -> !again.full());
        get(again.close());
    }

    private static long spent(Store store) throws Exception {
        return get(store.usage().spentByKey(Instant.EPOCH).otherwise(java.util.Map.of()))
                .getOrDefault("k1", 0L);
    }
}
