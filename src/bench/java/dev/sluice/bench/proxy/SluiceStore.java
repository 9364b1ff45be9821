package dev.sluice.bench.proxy;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.bench.Pause;
import dev.sluice.config.StoreConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.Store;
import dev.sluice.store.StoredKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The store of a Sluice under test: created before its start, its ledger rows counted from outside while it runs. */
public record SluiceStore(Path database) {

    private static final long TIMEOUT_SECONDS = 30;
    /** How long to wait for surplus rows after the last expected row. */
    public static final long SURPLUS_WAIT_MILLIS = 500;

    private static final long POLL_MILLIS = 50;

    /** Deletes an old store; Sluice creates the new one. */
    static SluiceStore empty(Path directory) throws IOException {
        Path database = SluiceSettings.database(directory);
        delete(database.getParent());
        return new SluiceStore(database);
    }

    /** Creates the store and inserts the key. */
    void insert(KeyGenerator.GeneratedKey key) throws IOException {
        LoadedConfig loaded = ConfigLoader.parse(
                "store: { url: \"sqlite:" + database.toAbsolutePath() + "\" }",
                "bench.yaml",
                name -> null,
                database.getParent());
        if (!(loaded instanceof LoadedConfig.Ok accepted)) {
            throw new IOException("the configuration of the store is invalid: " + loaded);
        }
        insert(accepted.config().store(), key);
    }

    /** Rows of the ledger. */
    public long rows() throws IOException {
        Properties readOnly = new Properties();
        readOnly.setProperty("open_mode", "1");
        readOnly.setProperty("busy_timeout", "10000");
        try (Connection sql = DriverManager.getConnection("jdbc:sqlite:" + database.toAbsolutePath(), readOnly);
                Statement count = sql.createStatement();
                ResultSet found = count.executeQuery("SELECT count(*) FROM ledger")) {
            return found.next() ? found.getLong(1) : 0;
        } catch (SQLException failure) {
            throw new IOException("the ledger cannot be counted: " + failure.getMessage(), failure);
        }
    }

    /**
     * Waits until the ledger has the expected number of rows, and then {@link #SURPLUS_WAIT_MILLIS} for surplus rows.
     *
     * @return the number of rows
     */
    public long awaitRows(long expected, int seconds) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (rows() < expected && System.nanoTime() - until < 0) {
            Pause.millis(POLL_MILLIS);
        }
        Pause.millis(SURPLUS_WAIT_MILLIS);
        return rows();
    }

    private static void insert(StoreConfig config, KeyGenerator.GeneratedKey key) throws IOException {
        Vertx vertx = Vertx.vertx();
        try {
            Future<Void> done = Store.open(vertx, config, (provider, model) -> true)
                    .compose(store -> store.keys()
                            .insert(stored(key))
                            .eventually(store::close)
                            .mapEmpty());
            done.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            vertx.close().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while creating the store", stopped);
        } catch (ExecutionException | TimeoutException failure) {
            throw new IOException("the store cannot be created: " + failure.getMessage(), failure);
        }
    }

    private static StoredKey stored(KeyGenerator.GeneratedKey key) {
        return new StoredKey(
                key.stanza().id(),
                "the benchmark's key",
                key.stanza().hash(),
                null,
                null,
                "bench",
                "bench",
                List.of(),
                List.of(),
                Role.NONE,
                Limits.NONE,
                null,
                Map.of(),
                Instant.now(),
                null,
                null,
                null,
                "bench");
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> old;
        try (Stream<Path> all = Files.walk(folder)) {
            old = all.sorted(java.util.Comparator.reverseOrder()).toList();
        }
        for (Path each : old) {
            Files.delete(each);
        }
    }
}
