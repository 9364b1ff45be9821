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
 * The native library of the SQLite driver. The driver extracts it to a new file for each run and deletes the file only
 * at a regular JVM exit, so that killed runs would fill the disk. Here the file is deleted as soon as it is loaded: the
 * memory mapping keeps its content.
 */
final class SqliteLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);
    private static final String FOLDER = "org.sqlite.tmpdir";
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
    private static boolean tried;

    private SqliteLibrary() {}

    /** Loads the library once per process. If this fails, the driver reports the cause at the first connection. */
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

    private static void unpack(String configured) {
        try {
            Path parent = Path.of(configured == null ? System.getProperty("java.io.tmpdir") : configured);
            Path folder = Files.createTempDirectory(parent, "sluice-sqlite-");
            System.setProperty(FOLDER, folder.toString());
            try {
                SQLiteJDBCLoader.initialize();
            } finally {
                delete(folder);
            }
        } catch (Exception failure) {
            LOG.debug("The SQLite driver loads its native library itself", failure);
        }
        if (configured == null) {
            System.clearProperty(FOLDER);
        } else {
            System.setProperty(FOLDER, configured);
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
