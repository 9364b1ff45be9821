package dev.sluice.store;

import dev.sluice.store.sql.Engine;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps the snapshot of keys and teams fresh: {@link #look} asks for the counter of changes, and loads everything when
 * it has moved. Calls that come while it looks make it look once more.
 */
final class Snapshots {

    private final Engine engine;
    private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger wishes = new AtomicInteger();
    private volatile Snapshot latest = Snapshot.NONE;
    private volatile boolean reachable;
    /** By the one look that runs. */
    private long counter = -1;

    Snapshots(Engine engine) {
        this.engine = engine;
    }

    Snapshot latest() {
        return latest;
    }

    /** Whether the last look succeeded. */
    boolean reachable() {
        return reachable;
    }

    Runnable onChange(Consumer<Snapshot> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Never fails: a store that is away leaves the snapshot as it is. */
    void look() {
        if (wishes.getAndIncrement() == 0) {
            lookAgain();
        }
    }

    /** The same, for the first time, when whoever opens the store wants to know. */
    Future<Void> load() {
        wishes.incrementAndGet();
        return read(Instant.now()).onComplete(done -> finished(1));
    }

    private void lookAgain() {
        int answering = wishes.get();
        read(Instant.now()).onComplete(done -> finished(answering));
    }

    private void finished(int answered) {
        if (wishes.addAndGet(-answered) > 0) {
            lookAgain();
        }
    }

    /** The counter is read before the keys: a change between them is seen again, never missed. */
    private Future<Void> read(Instant asked) {
        return engine.query("SELECT counter FROM changes WHERE id = 1")
                .map(rows -> rows.getFirst().number(0))
                .compose(now -> now == counter ? confirm(asked) : reload(now, asked))
                .onComplete(done -> reachable = done.succeeded());
    }

    private Future<Void> confirm(Instant asked) {
        latest = latest.confirmed(asked);
        return Future.succeededFuture();
    }

    private Future<Void> reload(long now, Instant asked) {
        return new KeyTable(engine, null)
                .all()
                .compose(keys -> new TeamTable(engine, null).all().map(teams -> {
                    counter = now;
                    latest = new Snapshot(byName(keys, StoredKey::id), byName(teams, StoredTeam::name), asked);
                    listeners.forEach(listener -> listener.accept(latest));
                    return null;
                }));
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        return all.stream().collect(Collectors.toUnmodifiableMap(name, Function.identity()));
    }
}
