package dev.sluice.store;

import dev.sluice.model.Role;
import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The table of virtual keys. Every change reaches the snapshots of all processes within a second. */
public final class KeyTable {

    private static final String COLUMNS =
            "id, hash, previous_hash, previous_until, created_at, revoked_at, last_used_at, created_by,"
                    + " name, team, tier, models, surfaces, role, rpm, tpm, input_tpm, output_tpm, concurrency, budget,"
                    + " budget_per, budget_warn_at, budget_hard, budget_uncounted, metadata, expires_at";

    private final Engine engine;
    private final ChangeNotifier changes;

    KeyTable(Engine engine, ChangeNotifier changes) {
        this.engine = engine;
        this.changes = changes;
    }

    /** Inserts a key; false when the id exists already. */
    public Future<Boolean> insert(StoredKey key) {
        Object[] identity = Columns.of(
                key.id(),
                key.hash(),
                key.previousHash(),
                Columns.millis(key.previousUntil()),
                Columns.millis(key.createdAt()),
                Columns.millis(key.revokedAt()),
                Columns.millis(key.lastUsedAt()),
                key.createdBy());
        return changes.write(sql -> sql.update(
                "INSERT INTO api_keys (" + COLUMNS + ") VALUES"
                        + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO NOTHING",
                Columns.join(identity, settings(key))));
    }

    /** Updates all but hashes, creation, revocation and last use; false when there is no such key. */
    public Future<Boolean> update(StoredKey key) {
        return changes.write(sql -> sql.update(
                "UPDATE api_keys SET name = ?, team = ?, tier = ?, models = ?, surfaces = ?, role = ?, rpm = ?, tpm ="
                    + " ?, input_tpm = ?, output_tpm = ?, concurrency = ?, budget = ?, budget_per = ?, budget_warn_at"
                    + " = ?, budget_hard = ?, budget_uncounted = ?, metadata = ?, expires_at = ? WHERE id = ?",
                Columns.join(settings(key), Columns.of(key.id()))));
    }

    /**
     * Replaces the secret; the previous one stays valid for a while. False when there is no such key, or it is revoked.
     */
    public Future<Boolean> rotate(String id, String newHash, Instant previousUntil) {
        return changes.write(sql -> sql.update(
                "UPDATE api_keys SET previous_hash = hash, previous_until = ?, hash = ?"
                        + " WHERE id = ? AND revoked_at IS NULL",
                Columns.millis(previousUntil),
                newHash,
                id));
    }

    /** Revokes a key permanently. False when there is no such key, or it is revoked already. */
    public Future<Boolean> revoke(String id, Instant at) {
        return changes.write(sql -> sql.update(
                "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", Columns.millis(at), id));
    }

    /** The key, or null when there is no such key. */
    public Future<StoredKey> find(String id) {
        return engine.query("SELECT " + COLUMNS + " FROM api_keys WHERE id = ?", id)
                .map(rows -> rows.isEmpty() ? null : key(rows.getFirst()));
    }

    /**
     * A page of keys, ordered by id.
     *
     * @param team selects the keys of this team; null selects all
     * @param after the last id of the previous page, or null
     */
    public Future<List<StoredKey>> list(String team, String after, int limit) {
        String of = Columns.orEmpty(team);
        return engine.query(
                        "SELECT " + COLUMNS + " FROM api_keys"
                                + " WHERE (CAST(? AS TEXT) = '' OR team = ?) AND id > ? ORDER BY id LIMIT ?",
                        of,
                        of,
                        Columns.orEmpty(after),
                        (long) limit)
                .map(rows -> rows.stream().map(KeyTable::key).toList());
    }

    /** All keys, for a snapshot. */
    Future<List<StoredKey>> all() {
        return engine.query("SELECT " + COLUMNS + " FROM api_keys")
                .map(rows -> rows.stream().map(KeyTable::key).toList());
    }

    /** Updates the times of last use. Not announced as a change. */
    Future<Void> touch(Map<String, Instant> used) {
        List<Object[]> rows = used.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(use -> Columns.of(Columns.millis(use.getValue()), use.getKey(), Columns.millis(use.getValue())))
                .toList();
        return rows.isEmpty()
                ? Future.succeededFuture()
                : engine.batch(
                                "UPDATE api_keys SET last_used_at = ?"
                                        + " WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
                                rows)
                        .mapEmpty();
    }

    private static Object[] settings(StoredKey key) {
        return Columns.join(
                Columns.of(
                        key.name(),
                        key.team(),
                        key.tier(),
                        JsonColumn.text(key.models()),
                        JsonColumn.text(key.endpoints()),
                        key.role().name()),
                Columns.limits(key.limits()),
                Columns.budget(key.budget()),
                Columns.of(JsonColumn.text(key.metadata()), Columns.millis(key.expiresAt())));
    }

    private static StoredKey key(Row row) {
        return new StoredKey(
                row.text(0),
                row.text(8),
                row.text(1),
                row.text(2),
                row.time(3),
                row.text(9),
                row.text(10),
                JsonColumn.list(row.text(11)),
                JsonColumn.list(row.text(12)),
                Role.valueOf(row.text(13)),
                Columns.limits(row, 14),
                Columns.budget(row, 19),
                JsonColumn.map(row.text(24)),
                row.time(4),
                row.time(25),
                row.time(5),
                row.time(6),
                row.text(7));
    }
}
