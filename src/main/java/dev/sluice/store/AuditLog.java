package dev.sluice.store;

import dev.sluice.store.sql.Engine;
import io.vertx.core.Future;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The audit log. Append-only. */
public final class AuditLog {

    /** Sorts after all ids, which are hexadecimal. */
    private static final String END = "g";

    private final Engine engine;

    AuditLog(Engine engine) {
        this.engine = engine;
    }

    /** Appends an entry and returns its id. */
    public Future<String> append(AuditEntry entry) {
        HexFormat hex = HexFormat.of();
        String id = hex.toHexDigits(entry.at().toEpochMilli())
                + hex.toHexDigits(ThreadLocalRandom.current().nextLong());
        return engine.update(
                        "INSERT INTO audit (id, happened_at, actor, action, target, detail) VALUES (?, ?, ?, ?, ?, ?)",
                        id,
                        entry.at().toEpochMilli(),
                        entry.actor(),
                        entry.action(),
                        entry.target(),
                        entry.detail())
                .map(id);
    }

    /** A page of entries, newest first; {@code before} is the last id of the previous page, or null. */
    public Future<List<AuditEntry>> list(String before, int limit) {
        return engine.query(
                        "SELECT id, happened_at, actor, action, target, detail FROM audit WHERE id < ?"
                                + " ORDER BY id DESC LIMIT ?",
                        before == null ? END : before,
                        (long) limit)
                .map(rows -> rows.stream()
                        .map(row -> new AuditEntry(
                                row.text(0), row.time(1), row.text(2), row.text(3), row.text(4), row.text(5)))
                        .toList());
    }
}
