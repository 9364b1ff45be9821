package dev.sluice.store;

import dev.sluice.config.StoreConfig;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import dev.sluice.store.journal.Journal;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Migrations;
import dev.sluice.store.sql.StoreUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The persistent store: keys, teams, ledger, usage and audit log. Requests use memory only: {@link #snapshot},
 * {@link #append}, {@link #full} and {@link #recordUse} never block. All other operations query the database, and fail
 * with a {@code GatewayException} of kind {@code UNAVAILABLE} and code {@code store_unavailable} while it is
 * unreachable.
 */
public final class Store {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final long CHECK_EVERY_MILLIS = 500;
    private static final long RECONNECT_MILLIS = 1000;
    private static final long TOUCH_EVERY_MILLIS = 15_000;
    private static final long SWEEP_EVERY_MILLIS = 600_000;
    private static final int CUT_TRIES = 20;

    private final Vertx vertx;
    private final Engine engine;
    private final Journal journal;
    private final Snapshots snapshots;
    private final KeyTable keys;
    private final TeamTable teams;
    private final AuditLog audit;
    private final OwnerTable owners;
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

    private Store(Vertx vertx, StoreConfig config, Engine engine, Journal journal, BiPredicate<String, String> listed) {
        ModelNames models = new ModelNames(listed);
        this.vertx = vertx;
        this.engine = engine;
        this.journal = journal;
        this.snapshots = new Snapshots(engine);
        ChangeNotifier changes = new ChangeNotifier(engine, snapshots::refreshed);
        this.keys = new KeyTable(engine, changes);
        this.teams = new TeamTable(engine, changes);
        this.audit = new AuditLog(engine);
        this.owners = new OwnerTable(engine);
        this.ledger = new Ledger(engine, models);
        this.usage = new Rollups(engine, models);
        this.writer = new LedgerWriter(vertx, journal, ledger);
        this.lastUsed = new LastUsedTimes(keys);
        this.retention = new Retention(vertx, ledger, usage, owners, config.retention(), config.ownerRetention());
    }

    /**
     * Opens the store, brings its schema up to date and loads the keys. An unreachable PostgreSQL is no failure: the
     * store opens without keys, is not {@linkplain #healthy healthy}, and keeps trying to connect, so that a gateway
     * can start while its database restarts. Fails if a file cannot be used or the schema is not one of this program.
     *
     * @param listed whether the configuration lists a model of a provider: the ledger limits the number of other names
     */
    public static Future<Store> open(Vertx vertx, StoreConfig config, BiPredicate<String, String> listed) {
        StoreFiles files = StoreFiles.of(config);
        return vertx.executeBlocking(
                        () -> Journal.open(files.journal(), config.maxJournal().bytes()))
                .compose(journal -> {
                    Engine engine;
                    try {
                        engine = Engine.of(vertx, config.url());
                    } catch (IllegalArgumentException wrongUrl) {
                        return journal.close().transform(closed -> Future.failedFuture(wrongUrl));
                    }
                    Store store = new Store(vertx, config, engine, journal, listed);
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
                " (expected: a writable location, or store.enabled: false for a gateway without stored keys and"
                        + " ledger)";
        return new IllegalStateException(
                "store.url of " + config + ": its journal or database cannot be opened at " + files.journal() + ": "
                        + failure.getClass().getSimpleName() + expected,
                failure);
    }

    /** The path of the generated pepper file, next to a SQLite file; null for a database that instances may share. */
    public static Path pepperFile(StoreConfig config) {
        return StoreFiles.of(config).pepper();
    }

    /** The SQLite file if there is none yet, or it is empty; else null. */
    public static Path missingDatabase(StoreConfig config) {
        Path database = StoreFiles.of(config).database();
        return database != null && (!Files.exists(database) || database.toFile().length() == 0) ? database : null;
    }

    public KeyTable keys() {
        return keys;
    }

    public TeamTable teams() {
        return teams;
    }

    public OwnerTable owners() {
        return owners;
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
     * Completes when the keys are loaded and all rows of earlier runs are in the ledger, so that sums of spend are
     * exact.
     */
    public Future<Void> ready() {
        return ready.future();
    }

    /**
     * Whether the keys can be read and the ledger can be written. The keys are checked every half second. The ledger
     * counts as down after a batch of rows that failed, or that has been in work for five seconds.
     */
    public boolean healthy() {
        return connected && snapshots.reachable() && writer.writable();
    }

    /**
     * Compares the spend that a caller has counted with that of all rows, those that wait in the journal included.
     *
     * @param since start of a UTC day
     * @param counted called when the waiting rows are known, perhaps repeatedly; the last result is used
     * @param use called on a worker thread, one call at a time, with what {@code counted} returned and the spend at
     *     that time
     */
    public <T> Future<Void> reconcile(Instant since, Supplier<T> counted, BiConsumer<T, Spend> use) {
        return writer.betweenBatches(() -> usage.spend(since)
                .compose(ledger -> vertx.<Void>executeBlocking(() -> {
                    List<LedgerRow> waiting;
                    T ofCaller;
                    int tries = 0;
                    do {
                        waiting = journal.peek();
                        ofCaller = counted.get();
                        tries++;
                        // Another number: a row was appended in between, or is being copied.
                    } while (waiting.size() != journal.waiting() && tries < CUT_TRIES);
                    use.accept(ofCaller, ledger.and(waiting, since));
                    return null;
                })));
    }

    /** All keys and teams, no older than a second while the store is {@linkplain #healthy healthy}; never null. */
    public Snapshot snapshot() {
        return snapshots.latest();
    }

    /** Milliseconds since the store confirmed the {@linkplain #snapshot snapshot}, by a clock that is never set. */
    public long snapshotAgeMillis() {
        return snapshots.ageMillis();
    }

    /**
     * Calls the listener within a second after keys or teams are changed by any process. Run the result to remove the
     * listener. The time in the snapshot passed to it is not updated: use {@link #snapshot} for the age of the keys.
     */
    public Runnable onChange(Consumer<Snapshot> listener) {
        return snapshots.onChange(listener);
    }

    /**
     * Appends a row to the journal, where it survives a crash of this process; it reaches the ledger soon after.
     * Thread-safe, never blocks. Returns false, and counts the row as refused, when the journal is full.
     */
    public boolean append(AttemptRecord row) {
        return journal.append(row);
    }

    /** Whether new requests must be refused because the journal might have no room for their rows. */
    public boolean full() {
        return journal.full();
    }

    /** Rows refused for lack of room since the start. */
    public long refusedRows() {
        return journal.refused();
    }

    /** Rows of this run in the journal that are not in the ledger yet. */
    public long waitingRows() {
        return journal.waiting();
    }

    /** Rows that the database refused since the start: they are in the log, but not in the ledger. */
    public long parkedRows() {
        return writer.parked();
    }

    /** Records the use of a key; written to the store within seconds. Thread-safe, never blocks. */
    public void recordUse(String key, long epochMillis) {
        lastUsed.touch(key, epochMillis);
    }

    /** Writes a full backup of a SQLite store to a new file. For PostgreSQL use its own tools. */
    public Future<Void> backupTo(Path file) {
        return engine.backupTo(file);
    }

    /** Flushes the journal to the ledger if the store is reachable, and closes everything. */
    public Future<Void> close() {
        closing = true;
        timers.forEach(vertx::cancelTimer);
        Future<Void> flushed =
                connected ? writer.stop().compose(done -> lastUsed.flush().otherwiseEmpty()) : Future.succeededFuture();
        return flushed.eventually(this::abandon);
    }

    private Future<Void> abandon() {
        return journal.close().eventually(engine::close).eventually(writer::close);
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
        engine.listen(snapshots::refresh);
        timers.add(vertx.setPeriodic(CHECK_EVERY_MILLIS, tick -> snapshots.refresh()));
        timers.add(vertx.setPeriodic(TOUCH_EVERY_MILLIS, tick -> lastUsed.flush()));
        timers.add(vertx.setPeriodic(1000, SWEEP_EVERY_MILLIS, tick -> retention.sweep(Instant.now())));
    }

    private Future<Void> connectLater(Throwable failure) {
        String problem = String.valueOf(failure.getMessage());
        if (!problem.equals(lastProblem)) {
            lastProblem = problem;
            LOG.error("The store cannot be opened; trying again every second: {}", problem);
        }
        vertx.setTimer(RECONNECT_MILLIS, again -> {
            if (!closing) {
                connect().onFailure(this::connectLater);
            }
        });
        return Future.succeededFuture();
    }
}
