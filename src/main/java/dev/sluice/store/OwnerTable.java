package dev.sluice.store;

import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The table of owners of files and batches at providers. A row ends when its resource is deleted, or when its owner has
 * not used the resource for the configured time.
 */
public final class OwnerTable {

    /** Parameters of one query; SQLite admits 32,766. */
    private static final int BATCH = 500;
    /** One statement for any number of ids: the last one fills the rest. */
    private static final String MARKS = "?" + ", ?".repeat(BATCH - 1);

    private static final String FIND =
            "SELECT id, owner, used_at FROM owned_resources WHERE provider = ? AND id IN (" + MARKS + ")";

    /** Uses are recorded once in this time, so that most of them write nothing. */
    private static final long USE_MILLIS = Duration.ofDays(1).toMillis();

    private final Engine engine;

    OwnerTable(Engine engine) {
        this.engine = engine;
    }

    /** The ids among these that belong to the owner, who uses them now. */
    public Future<Set<String>> owned(String owner, String provider, Collection<String> ids, long epochMillis) {
        return use(owner, provider, ids, epochMillis).map(uses -> uses.own);
    }

    /** The ids among these that belong to another owner. The others are used now by this one. */
    public Future<Set<String>> ofOthers(String owner, String provider, Collection<String> ids, long epochMillis) {
        return use(owner, provider, ids, epochMillis).map(uses -> uses.others);
    }

    /** The recorded ids of one use, by owner. */
    private static final class Uses {

        private final Set<String> own = new HashSet<>();
        private final Set<String> others = new HashSet<>();
        private final List<Object[]> stale = new ArrayList<>();

        private void add(Row row, String owner, String provider, long epochMillis) {
            String id = row.text(0);
            (row.text(1).equals(owner) ? own : others).add(id);
            if (own.contains(id) && row.number(2) < epochMillis - USE_MILLIS) {
                stale.add(Columns.of(epochMillis, provider, id));
            }
        }
    }

    private Future<Uses> use(String owner, String provider, Collection<String> ids, long epochMillis) {
        // PostgreSQL has no text with a NUL, so no row has such an id.
        List<String> all = ids.stream().filter(id -> id.indexOf('\0') < 0).toList();
        Future<Uses> found = Future.succeededFuture(new Uses());
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> some = all.subList(from, Math.min(all.size(), from + BATCH));
            found = found.compose(uses -> find(provider, some).map(rows -> {
                rows.forEach(row -> uses.add(row, owner, provider, epochMillis));
                return uses;
            }));
        }
        return found.compose(uses -> recordUse(uses.stale).otherwiseEmpty().map(uses));
    }

    private Future<List<Row>> find(String provider, List<String> ids) {
        List<Object> values = new ArrayList<>(BATCH + 1);
        values.add(provider);
        values.addAll(ids);
        values.addAll(Collections.nCopies(BATCH - ids.size(), ids.getLast()));
        return engine.query(FIND, values.toArray());
    }

    /** A failure must not refuse the use: the next one records it. */
    private Future<Void> recordUse(List<Object[]> stale) {
        return stale.isEmpty()
                ? Future.succeededFuture()
                : engine.batch("UPDATE owned_resources SET used_at = ? WHERE provider = ? AND id = ?", stale)
                        .mapEmpty();
    }

    /** Records the owner of new resources. The first owner of an id stays its owner. */
    public Future<Void> record(String owner, String provider, Collection<String> ids, long epochMillis) {
        List<Object[]> rows = ids.stream()
                .map(id -> Columns.of(provider, id, owner, epochMillis, epochMillis))
                .toList();
        return rows.isEmpty()
                ? Future.succeededFuture()
                : engine.batch(
                                "INSERT INTO owned_resources (provider, id, owner, created_at, used_at)"
                                        + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (provider, id) DO NOTHING",
                                rows)
                        .mapEmpty();
    }

    /**
     * The secret of this name, which all instances share: the proposed one, unless there is one already.
     *
     * @param proposed random
     */
    public Future<String> secret(String name, String proposed) {
        return engine.update(
                        "INSERT INTO shared_secrets (name, secret) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                        name,
                        proposed)
                .compose(done -> engine.query("SELECT secret FROM shared_secrets WHERE name = ?", name))
                .map(rows -> rows.getFirst().text(0));
    }

    /** Forgets a deleted resource. */
    public Future<Void> forget(String provider, String id) {
        return engine.update("DELETE FROM owned_resources WHERE provider = ? AND id = ?", provider, id)
                .mapEmpty();
    }

    /** Deletes some of the rows that were last used before the given time; returns their number. */
    Future<Integer> deleteUnusedSince(Instant time, int limit) {
        return engine.update(
                "DELETE FROM owned_resources WHERE (provider, id) IN"
                        + " (SELECT provider, id FROM owned_resources WHERE used_at < ? ORDER BY used_at LIMIT ?)",
                time.toEpochMilli(),
                (long) limit);
    }
}
