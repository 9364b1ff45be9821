package dev.sluice.store.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The driver's native library. The driver unpacks it into a file of a new name for each run, and deletes that when the
 * JVM ends in good order only, so that runs which are killed fill the disk. Here the file goes as soon as it is loaded:
 * the mapping keeps it.
 */
final class SqliteLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);
    private static final String FOLDER = "org.sqlite.tmpdir";
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
    private static boolean tried;

    private SqliteLibrary() {}

    /** Once for each process. When it fails the driver will say why, as soon as it is asked for a connection. */
    static void load() {
        ONE_AT_A_TIME.lock();
        try {
            if (!tried && System.getProperty("org.sqlite.lib.path") == null) {
                unpack(System.getProperty(FOLDER));
            }
            tried = true;
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private static void unpack(String asked) {
        try {
            Path parent = Path.of(asked == null ? System.getProperty("java.io.tmpdir") : asked);
            Path folder = Files.createTempDirectory(parent, "sluice-sqlite-");
            System.setProperty(FOLDER, folder.toString());
            try {
                SQLiteJDBCLoader.initialize();
            } finally {
                delete(folder);
            }
        } catch (Exception failure) {
            LOG.debug("The driver is left to load its library by itself", failure);
        }
        if (asked == null) {
            System.clearProperty(FOLDER);
        } else {
            System.setProperty(FOLDER, asked);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
