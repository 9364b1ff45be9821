package dev.sluice.store;

import dev.sluice.store.sql.Engine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The holder of the current snapshot of keys and teams: {@link #refresh} reads the counter of changes, and reloads
 * everything when it has changed. Calls during a running check lead to one more check.
 */
final class Snapshots {

    private final Engine engine;
    private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger pendingChecks = new AtomicInteger();
    /** Callers that wait for the end of the next check. */
    private final Queue<Promise<Void>> waiting = new ConcurrentLinkedQueue<>();

    private volatile Snapshot latest = Snapshot.NONE;
    private volatile boolean reachable;
    /** When the latest snapshot was confirmed, by the monotonic clock. */
    private volatile long confirmedNanos = System.nanoTime();
    /** Written only by the check that is running. */
    private long counter = -1;

    Snapshots(Engine engine) {
        this.engine = engine;
    }

    Snapshot latest() {
        return latest;
    }

    /** Milliseconds since the latest snapshot was confirmed; unaffected by a wall clock that is set. */
    long ageMillis() {
        return (System.nanoTime() - confirmedNanos) / 1_000_000;
    }

    /** Whether the last check succeeded. */
    boolean reachable() {
        return reachable;
    }

    Runnable onChange(Consumer<Snapshot> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Checks for changes. Never fails: while the store is unreachable the snapshot stays as it is. */
    void refresh() {
        if (pendingChecks.getAndIncrement() == 0) {
            check();
        }
    }

    /** Checks for changes; completes when a check that began after this call has ended, and never fails. */
    Future<Void> refreshed() {
        Promise<Void> done = Promise.promise();
        waiting.add(done);
        refresh();
        return done.future();
    }

    /** Loads the first snapshot; fails when the store is unreachable. */
    Future<Void> load() {
        pendingChecks.incrementAndGet();
        return read(Instant.now()).onComplete(done -> finished(1));
    }

    private void check() {
        int served = pendingChecks.get();
        List<Promise<Void>> waiters = new ArrayList<>();
        for (Promise<Void> next = waiting.poll(); next != null; next = waiting.poll()) {
            waiters.add(next);
        }
        read(Instant.now()).onComplete(done -> {
            waiters.forEach(Promise::complete);
            finished(served);
        });
    }

    private void finished(int served) {
        if (pendingChecks.addAndGet(-served) > 0) {
            check();
        }
    }

    /** Reads the counter before the keys: a change between both causes another load instead of being missed. */
    private Future<Void> read(Instant since) {
        long sinceNanos = System.nanoTime();
        return engine.query("SELECT counter FROM changes WHERE id = 1")
                .map(rows -> rows.getFirst().number(0))
                .compose(now -> now == counter ? confirm(since) : reload(now, since))
                .onComplete(done -> {
                    reachable = done.succeeded();
                    confirmedNanos = done.succeeded() ? sinceNanos : confirmedNanos;
                });
    }

    private Future<Void> confirm(Instant since) {
        latest = latest.confirmed(since);
        return Future.succeededFuture();
    }

    private Future<Void> reload(long now, Instant since) {
        return new KeyTable(engine, null)
                .all()
                .compose(keys -> new TeamTable(engine, null).all().map(teams -> {
                    counter = now;
                    latest = new Snapshot(byName(keys, StoredKey::id), byName(teams, StoredTeam::name), since);
                    listeners.forEach(listener -> listener.accept(latest));
                    return null;
                }));
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        return all.stream().collect(Collectors.toUnmodifiableMap(name, Function.identity()));
    }
}
