package dev.sluice.store;

import dev.sluice.store.sql.Engine;
import dev.sluice.store.sql.Row;
import io.vertx.core.Future;
import java.util.List;

/** The table of teams. Every change reaches the snapshots of all processes within a second. */
public final class TeamTable {

    private static final String COLUMNS = "name, created_at, rpm, tpm, input_tpm, output_tpm, concurrency, budget,"
            + " budget_per, budget_warn_at, budget_hard, budget_uncounted, metadata";

    private final Engine engine;
    private final ChangeNotifier changes;

    TeamTable(Engine engine, ChangeNotifier changes) {
        this.engine = engine;
        this.changes = changes;
    }

    /** Creates the team, or updates all of it except its creation time. */
    public Future<Void> put(StoredTeam team) {
        return changes.write(sql -> sql.update(
                        "INSERT INTO teams (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (name) DO UPDATE SET rpm = excluded.rpm, tpm = excluded.tpm,"
                                + " input_tpm = excluded.input_tpm, output_tpm = excluded.output_tpm,"
                                + " concurrency = excluded.concurrency, budget = excluded.budget,"
                                + " budget_per = excluded.budget_per, budget_warn_at = excluded.budget_warn_at,"
                                + " budget_hard = excluded.budget_hard, budget_uncounted ="
                                + " excluded.budget_uncounted, metadata = excluded.metadata",
                        Columns.join(
                                Columns.of(team.name(), Columns.millis(team.createdAt())),
                                Columns.limits(team.limits()),
                                Columns.budget(team.budget()),
                                Columns.of(JsonColumn.text(team.metadata())))))
                .mapEmpty();
    }

    /** Deletes a team; false when there is no such team. Its keys stay and refer to an unknown team. */
    public Future<Boolean> delete(String name) {
        return changes.write(sql -> sql.update("DELETE FROM teams WHERE name = ?", name));
    }

    /** The team, or null when there is no such team. */
    public Future<StoredTeam> find(String name) {
        return engine.query("SELECT " + COLUMNS + " FROM teams WHERE name = ?", name)
                .map(rows -> rows.isEmpty() ? null : team(rows.getFirst()));
    }

    /** A page of teams, ordered by name; {@code after} is the last name of the previous page, or null. */
    public Future<List<StoredTeam>> list(String after, int limit) {
        return engine.query(
                        "SELECT " + COLUMNS + " FROM teams WHERE name > ? ORDER BY name LIMIT ?",
                        Columns.orEmpty(after),
                        (long) limit)
                .map(rows -> rows.stream().map(TeamTable::team).toList());
    }

    /** All teams, for a snapshot. */
    Future<List<StoredTeam>> all() {
        return engine.query("SELECT " + COLUMNS + " FROM teams")
                .map(rows -> rows.stream().map(TeamTable::team).toList());
    }

    private static StoredTeam team(Row row) {
        return new StoredTeam(
                row.text(0), Columns.limits(row, 2), Columns.budget(row, 7), JsonColumn.map(row.text(12)), row.time(1));
    }
}
