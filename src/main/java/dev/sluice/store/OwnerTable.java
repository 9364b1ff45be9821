package dev.sluice.store;

import dev.sluice.store.sql.Engine;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The table of owners of files and batches at providers. */
public final class OwnerTable {

    /** Parameters of one query; SQLite admits 32,766. */
    private static final int BATCH = 500;
    /** One statement for any number of ids: the last one fills the rest. */
    private static final String MARKS = "?" + ", ?".repeat(BATCH - 1);

    private static final String OWNED =
            "SELECT id FROM owned_resources WHERE owner = ? AND provider = ? AND id IN (" + MARKS + ")";
    private static final String OF_OTHERS =
            "SELECT id FROM owned_resources WHERE owner <> ? AND provider = ? AND id IN (" + MARKS + ")";

    private final Engine engine;

    OwnerTable(Engine engine) {
        this.engine = engine;
    }

    /** The ids among these that belong to the owner. */
    public Future<Set<String>> owned(String owner, String provider, Collection<String> ids) {
        return find(OWNED, owner, provider, ids);
    }

    /** The ids among these that belong to another owner. */
    public Future<Set<String>> ofOthers(String owner, String provider, Collection<String> ids) {
        return find(OF_OTHERS, owner, provider, ids);
    }

    private Future<Set<String>> find(String select, String owner, String provider, Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        Future<Set<String>> found = Future.succeededFuture(new HashSet<>());
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> some = all.subList(from, Math.min(all.size(), from + BATCH));
            found = found.compose(sum -> find(select, owner, provider, some, sum));
        }
        return found;
    }

    private Future<Set<String>> find(
            String select, String owner, String provider, List<String> ids, Set<String> found) {
        List<Object> values = new ArrayList<>(List.of(owner, provider));
        values.addAll(ids);
        values.addAll(Collections.nCopies(BATCH - ids.size(), ids.getLast()));
        return engine.query(select, values.toArray()).map(rows -> {
            rows.forEach(row -> found.add(row.text(0)));
            return found;
        });
    }

    /** Records the owner of new resources. The first owner of an id stays its owner. */
    public Future<Void> record(String owner, String provider, Collection<String> ids, long epochMillis) {
        List<Object[]> rows = ids.stream()
                .map(id -> Columns.of(provider, id, owner, epochMillis))
                .toList();
        return rows.isEmpty()
                ? Future.succeededFuture()
                : engine.batch(
                                "INSERT INTO owned_resources (provider, id, owner, created_at) VALUES (?, ?, ?, ?)"
                                        + " ON CONFLICT (provider, id) DO NOTHING",
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
}
