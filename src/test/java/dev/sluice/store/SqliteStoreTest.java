package dev.sluice.store;

import static dev.sluice.store.StoreRecords.failure;
import static dev.sluice.store.StoreRecords.get;
import static dev.sluice.store.StoreRecords.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

final class SqliteStoreTest extends StoreContract {

    @Override
    String emptyStore(Path folder) {
        return "sqlite:" + folder.resolve("data/sluice.db");
    }

    @Test
    void theFileIsReadableByItsOwnerOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data/sluice.db"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data/sluice.db-wal"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aBackupOpensAsAStore() throws Exception {
        Vertx vertx = Vertx.vertx();
        Path copy = folder.resolve("copy.db");
        Store store = get(Store.open(
                vertx, StoreRecords.config(emptyStore(folder), folder.resolve("j"), 1 << 20), StoreRecords.ANY_MODEL));
        get(store.keys().insert(key("a")));

        get(store.backupTo(copy));

        get(store.keys().insert(key("b")));
        Store restored = get(Store.open(
                vertx, StoreRecords.config("sqlite:" + copy, folder.resolve("k"), 1 << 20), StoreRecords.ANY_MODEL));
        assertThat(restored.snapshot().keys()).containsOnlyKeys("a");
        assertThat(failure(store.backupTo(copy))).hasMessageContaining("expected: a new file");
        get(restored.close());
        get(store.close());
        get(vertx.close());
    }

    @Test
    void aFileThatIsNotAStoreFailsTheStart() throws Exception {
        Vertx vertx = Vertx.vertx();
        Path other = Files.writeString(folder.resolve("other.db"), "this is no database, whatever its name says");

        assertThat(failure(Store.open(
                        vertx,
                        StoreRecords.config("sqlite:" + other, folder.resolve("j"), 1 << 20),
                        StoreRecords.ANY_MODEL)))
                .hasMessageContaining("store");
        get(vertx.close());
    }
}
