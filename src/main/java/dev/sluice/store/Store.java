package dev.sluice.store;

import dev.sluice.config.StoreConfig;
import dev.sluice.model.AttemptRecord;
import dev.sluice.store.journal.Journal;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Migrations;
import dev.sluice.store.sql.StoreUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that outlives the process. Requests use what is in memory: {@link #snapshot}, {@link #append},
 * {@link #full} and {@link #touch} never wait. Everything else asks the database, and fails with a
 * {@code GatewayException} of kind {@code UNAVAILABLE} and code {@code store_down} while it is away.
 */
public final class Store {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final long LOOK_EVERY_MILLIS = 500;
    private static final long CONNECT_AGAIN_MILLIS = 1000;
    private static final long TOUCH_EVERY_MILLIS = 15_000;
    private static final long SWEEP_EVERY_MILLIS = 600_000;

    private final Vertx vertx;
    private final Engine engine;
    private final Journal journal;
    private final Snapshots snapshots;
    private final KeyTable keys;
    private final TeamTable teams;
    private final AuditLog audit;
    private final Ledger ledger;
    private final Rollups usage;
    private final LedgerWriter writer;
    private final LastUsedTimes lastUsed;
    private final Retention retention;
    private final Promise<Void> ready = Promise.promise();
    private final List<Long> timers = new CopyOnWriteArrayList<>();
    private volatile boolean connected;
    private volatile boolean closing;
    private String lastProblem = "";

    private Store(Vertx vertx, StoreConfig config, Engine engine, Journal journal) {
        this.vertx = vertx;
        this.engine = engine;
        this.journal = journal;
        this.snapshots = new Snapshots(engine);
        ChangeNotifier changes = new ChangeNotifier(engine, snapshots::look);
        this.keys = new KeyTable(engine, changes);
        this.teams = new TeamTable(engine, changes);
        this.audit = new AuditLog(engine);
        this.ledger = new Ledger(engine);
        this.usage = new Rollups(engine);
        this.writer = new LedgerWriter(vertx, journal, ledger);
        this.lastUsed = new LastUsedTimes(keys);
        this.retention = new Retention(vertx, ledger, config.retention());
    }

    /**
     * Opens the store, brings its schema up to date and loads the keys. A PostgreSQL that is away does not fail this:
     * the store opens without keys, is not {@linkplain #healthy healthy}, and goes on trying, since a gateway that
     * starts while its database restarts shall not stay down. A file that cannot be used, or a schema that is not this
     * program's, does fail it.
     */
    public static Future<Store> open(Vertx vertx, StoreConfig config) {
        StoreFiles files = StoreFiles.of(config);
        return vertx.executeBlocking(
                        () -> Journal.open(files.journal(), config.maxJournal().bytes()))
                .compose(journal -> {
                    Engine engine = Engine.of(vertx, config.url());
                    Store store = new Store(vertx, config, engine, journal);
                    return store.connect()
                            .recover(failure -> engine.remote() && StoreUnavailable.is(failure)
                                    ? store.connectLater(failure)
                                    : store.abandon().transform(closed -> Future.failedFuture(failure)))
                            .map(store);
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof FileSystemException ? unusable(config, files, failure) : failure));
    }

    private static IllegalStateException unusable(StoreConfig config, StoreFiles files, Throwable failure) {
        String expected =
                " (expected: a place that can be written to, or store.enabled: false, which keeps no keys and no"
                        + " ledger)";
        return new IllegalStateException(
                "store.url of " + config + ": its journal or database cannot be opened at " + files.journal() + ": "
                        + failure.getClass().getSimpleName() + expected,
                failure);
    }

    /** Where a pepper of Sluice's own would lie: beside a SQLite file; null for a database that others may share. */
    public static Path pepperOf(StoreConfig config) {
        return StoreFiles.of(config).pepper();
    }

    public KeyTable keys() {
        return keys;
    }

    public TeamTable teams() {
        return teams;
    }

    public AuditLog audit() {
        return audit;
    }

    public Ledger ledger() {
        return ledger;
    }

    public Rollups usage() {
        return usage;
    }

    /**
     * Complete when the keys are known and all rows of earlier runs are in the ledger: now sums of spending are true.
     */
    public Future<Void> ready() {
        return ready.future();
    }

    /** Whether the database answered when it was last asked, which is every half second. */
    public boolean healthy() {
        return connected && snapshots.reachable();
    }

    /** All keys and teams, no older than a second while the store is {@linkplain #healthy healthy}; never null. */
    public Snapshot snapshot() {
        return snapshots.latest();
    }

    /**
     * Tells of every change of keys or teams, by whichever process, within a second; the result ends that. The snapshot
     * that comes with it ages: whoever wants to know how old the keys are asks {@link #snapshot}.
     */
    public Runnable onChange(Consumer<Snapshot> listener) {
        return snapshots.onChange(listener);
    }

    /**
     * Puts a row where it survives the death of this process; it is in the ledger soon after. Any thread, never waits.
     * False, and counted, when the journal has no room at all.
     */
    public boolean append(AttemptRecord row) {
        return journal.append(row);
    }

    /** Whether new requests must be refused, because their rows might find no room. */
    public boolean full() {
        return journal.full();
    }

    /** Rows that found no room since the start. */
    public long refusedRows() {
        return journal.refused();
    }

    /** Rows in the journal that the ledger does not have yet; those of earlier runs are not counted. */
    public long waitingRows() {
        return journal.waiting();
    }

    /** A key was used. Any thread, never waits; in the store within seconds. */
    public void touch(String key, long epochMillis) {
        lastUsed.touch(key, epochMillis);
    }

    /** Writes a whole copy of a SQLite store to a new file. PostgreSQL has its own tools for that. */
    public Future<Void> backupTo(Path file) {
        return engine.backupTo(file);
    }

    /** Carries what is in the journal to the ledger, if the store lets it, and closes everything. */
    public Future<Void> close() {
        closing = true;
        timers.forEach(vertx::cancelTimer);
        Future<Void> carried =
                connected ? writer.stop().compose(done -> lastUsed.flush().otherwiseEmpty()) : Future.succeededFuture();
        return carried.eventually(this::abandon);
    }

    private Future<Void> abandon() {
        return journal.close().eventually(engine::close);
    }

    private Future<Void> connect() {
        return Migrations.apply(engine).compose(done -> snapshots.load()).onSuccess(loaded -> {
            if (!closing) {
                run();
            }
        });
    }

    private void run() {
        connected = true;
        writer.start();
        writer.replayed().onComplete(ready);
        engine.listen(snapshots::look);
        timers.add(vertx.setPeriodic(LOOK_EVERY_MILLIS, tick -> snapshots.look()));
        timers.add(vertx.setPeriodic(TOUCH_EVERY_MILLIS, tick -> lastUsed.flush()));
        timers.add(vertx.setPeriodic(1000, SWEEP_EVERY_MILLIS, tick -> retention.sweep(Instant.now())));
    }

    private Future<Void> connectLater(Throwable failure) {
        String problem = String.valueOf(failure.getMessage());
        if (!problem.equals(lastProblem)) {
            lastProblem = problem;
            LOG.error("The store cannot be opened, trying again: {}", problem);
        }
        vertx.setTimer(CONNECT_AGAIN_MILLIS, again -> {
            if (!closing) {
                connect().onFailure(this::connectLater);
            }
        });
        return Future.succeededFuture();
    }
}
