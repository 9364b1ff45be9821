package dev.sluice.store;

import dev.sluice.config.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file beside a SQLite database that says that the database has keys. A database that was deleted, emptied or
 * replaced looks like that of a first start, which requires no key.
 *
 * @param lostKeys why a database without keys must have had some; null when nothing says so
 */
public record KeysMarker(Path marker, String lostKeys) {

    private static final String TEXT =
            "The database beside this file has keys. Without them Sluice does not start open.\n";

    /** Call it before the store is opened, which creates a missing database. Null for PostgreSQL. */
    public static KeysMarker of(StoreConfig config) throws IOException {
        StoreFiles files = StoreFiles.of(config);
        Path database = files.database();
        if (database == null) {
            return null;
        }
        Path marker = database.resolveSibling(database.getFileName() + ".has-keys");
        boolean missing = !Files.exists(database) || Files.size(database) == 0;
        KeysMarker found = new KeysMarker(
                marker,
                "store.url: " + database + (missing ? " is missing or empty" : " has no keys") + ", but " + marker
                        + " shows that there were keys (expected: the database, for example from a backup; or delete "
                        + marker + " to start without keys)");
        if (missing && Files.exists(files.pepper())) {
            // The pepper is created after the database, so there was one, perhaps of a version without markers.
            found.write();
        }
        return Files.exists(marker) ? found : new KeysMarker(marker, null);
    }

    /** Records that the database has keys. Blocks. */
    public void write() throws IOException {
        if (!Files.exists(marker)) {
            Files.writeString(marker, TEXT);
        }
    }
}
