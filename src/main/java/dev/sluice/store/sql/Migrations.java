package dev.sluice.store.sql;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The schema migrations of the store: they apply the pending files {@code db/V*.sql} in order, in one transaction under
 * a lock, so that of several processes starting together only one migrates.
 */
public final class Migrations {

    /** New files are added at the end; released files are never changed. */
    private static final List<String> FILES = List.of(
            "V001__keys.sql",
            "V002__ledger.sql",
            "V003__rollups.sql",
            "V004__audit.sql",
            "V005__ledger_grows_with_time.sql",
            "V006__ledger_kinds.sql",
            "V007__owners.sql",
            "V008__usage_by_month.sql",
            "V009__owners_end.sql");

    private static final Pattern COMMENT = Pattern.compile("--[^\n]*");

    /** Engine-specific SQL is a comment to the other engine. */
    private static final Pattern FOR_SQLITE = Pattern.compile("/\\* SQLite: (.*?) \\*/");

    private static final Pattern FOR_POSTGRES = Pattern.compile("/\\* PostgreSQL: (.*?) \\*/");

    private Migrations() {}

    /** The schema version of this program. */
    public static int latest() {
        return FILES.size();
    }

    /**
     * Fails with a {@link SchemaException} when the database is newer than this program or was migrated by other files.
     */
    public static Future<Void> apply(Engine engine) {
        return apply(engine, latest());
    }

    /** Migrates up to a version, counted from 1. */
    static Future<Void> apply(Engine engine, int upTo) {
        return engine.transaction(sql -> sql.lock()
                .compose(locked -> sql.update("CREATE TABLE IF NOT EXISTS schema_version"
                        + " (version BIGINT PRIMARY KEY, checksum BIGINT NOT NULL, applied_at BIGINT NOT NULL)"))
                .compose(ready -> sql.query("SELECT version, checksum FROM schema_version ORDER BY version"))
                .compose(applied -> {
                    check(applied);
                    Future<Void> done = Future.succeededFuture();
                    for (int version = applied.size() + 1; version <= upTo; version++) {
                        int next = version;
                        done = done.compose(before -> migrate(sql, next, engine.remote()));
                    }
                    return done;
                }));
    }

    private static void check(List<Row> applied) {
        if (applied.size() > latest()) {
            throw new SchemaException(
                    "store: the database has schema version " + applied.size() + " (expected: at most " + latest()
                            + "); this Sluice is older than its database: start a newer version");
        }
        for (int i = 0; i < applied.size(); i++) {
            Row row = applied.get(i);
            if (row.number(0) != i + 1 || row.number(1) != checksum(text(i + 1))) {
                throw new SchemaException("store: version " + row.number(0) + " of the database's schema is not that of"
                        + " this program (expected: " + FILES.get(i) + " as released)");
            }
        }
    }

    private static Future<Void> migrate(Sql sql, int version, boolean remote) {
        String text = text(version);
        Future<Void> done = Future.succeededFuture();
        Pattern words = remote ? FOR_POSTGRES : FOR_SQLITE;
        String mine = words.matcher(text).replaceAll("$1");
        if (remote) {
            // A migration may copy the ledger. The limit of the whole transaction still applies.
            done = sql.update("SET LOCAL statement_timeout = 55000").mapEmpty();
        }
        for (String statement : statements(mine)) {
            done = done.compose(before -> sql.update(statement)).mapEmpty();
        }
        return done.compose(before -> sql.update(
                        "INSERT INTO schema_version (version, checksum, applied_at) VALUES (?, ?, ?)",
                        (long) version,
                        checksum(text),
                        System.currentTimeMillis()))
                .mapEmpty();
    }

    private static List<String> statements(String text) {
        return Arrays.stream(COMMENT.matcher(text).replaceAll("").split(";"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static long checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return checksum.getValue();
    }

    private static String text(int version) {
        String name = "/db/" + FILES.get(version - 1);
        try (InputStream file = Migrations.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
