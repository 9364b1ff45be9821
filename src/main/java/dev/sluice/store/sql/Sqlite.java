package dev.sluice.store.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The SQLite engine: a file in WAL mode, with one connection on a dedicated thread. So there is no lock contention
 * within this process, and a transaction is one task on that thread. Other processes (the command line) wait up to five
 * seconds for a lock.
 *
 * <p>{@code synchronous=FULL}: the journal deletes rows once they are committed here, so a commit must survive a power
 * failure. This costs one fsync per batch, off the request path.
 */
final class Sqlite implements Engine {

    static final String SCHEME = "sqlite:";

    private static final Logger LOG = LoggerFactory.getLogger(Sqlite.class);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int BUSY_MILLIS = 5000;

    private final Vertx vertx;
    private final Path file;
    private final WorkerExecutor thread;
    /** Used on {@link #thread} only; opened at first use. */
    private Connection connection;

    private Object openedFile;

    Sqlite(Vertx vertx, Path file) {
        this.vertx = vertx;
        this.file = file.toAbsolutePath();
        this.thread =
                vertx.createSharedWorkerExecutor("sluice-sqlite-" + COUNT.incrementAndGet(), 1, 5, TimeUnit.MINUTES);
    }

    @Override
    public boolean remote() {
        return false;
    }

    @Override
    public Future<List<Row>> query(String sql, Object... values) {
        return inTime(onThread(() -> statements().rows(sql, values)));
    }

    @Override
    public Future<Integer> update(String sql, Object... values) {
        return inTime(onThread(() -> statements().change(sql, values)));
    }

    @Override
    public Future<int[]> batch(String sql, List<Object[]> rows) {
        return transaction(inside -> inside.batch(sql, rows));
    }

    @Override
    public <T> Future<T> transaction(Function<Sql, Future<T>> work) {
        return onThread(() -> statements().run(work, new CommitGate()));
    }

    @Override
    public <T> Future<T> change(Function<Sql, Future<T>> work) {
        CommitGate gate = new CommitGate();
        return CommitGate.within(
                vertx, CALLER_WAITS, gate, () -> onThread(() -> statements().run(work, gate)));
    }

    @Override
    public void listen(Runnable changed) {
        // SQLite has no notifications; the counter of changes is polled.
    }

    @Override
    public Future<Void> backupTo(Path copy) {
        return onThread(() -> {
            if (Files.exists(copy)) {
                throw new IOException("backup: " + copy + " exists (expected: a new file)");
            }
            createPrivate(copy);
            statements().change("VACUUM INTO ?", copy.toString());
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        return onThread(() -> {
                    if (connection != null) {
                        connection.close();
                        connection = null;
                    }
                    return (Void) null;
                })
                .eventually(thread::close);
    }

    /** Other work of the thread, each waiting for the lock of another process, may be before it. */
    private static <T> Future<T> inTime(Future<T> work) {
        return work.timeout(CALLER_WAITS.toSeconds(), TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException ? StoreUnavailable.of(failure) : failure));
    }

    private <T> Future<T> onThread(Callable<T> work) {
        return thread.executeBlocking(work)
                .recover(failure -> Future.failedFuture(
                        failure instanceof SQLException || failure instanceof TimeoutException
                                ? StoreUnavailable.of(failure)
                                : failure));
    }

    private SqliteStatements statements() throws SQLException, IOException {
        if (connection == null) {
            connection = connect();
            openedFile = fileKey();
        } else if (!Objects.equals(fileKey(), openedFile)) {
            // Statements would succeed, and all that they wrote would be gone at the stop.
            throw new SQLException(file + " was deleted, emptied or replaced while it is in use (expected: the same"
                    + " file; put it back and restart Sluice)");
        }
        return new SqliteStatements(connection);
    }

    /** Which file it is: null when it is missing or empty, or the file system cannot tell. */
    private Object fileKey() {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return found.size() == 0 ? null : found.fileKey();
        } catch (IOException missing) {
            return null;
        }
    }

    private Connection connect() throws SQLException, IOException {
        Files.createDirectories(file.getParent());
        try {
            createPrivate(file);
        } catch (FileAlreadyExistsException exists) {
            LOG.debug("{} exists", file);
        }
        SqliteLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** SQLite copies the permissions of the file to its WAL and index files. */
    private static void createPrivate(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
