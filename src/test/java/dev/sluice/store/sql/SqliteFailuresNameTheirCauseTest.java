package dev.sluice.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite ends a transaction by itself when the disk is full, so that its rollback fails, too. */
final class SqliteFailuresNameTheirCauseTest {

    @TempDir
    Path folder;

    @Test
    void aFullDiskIsNamed() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("full.db"))) {
            SqliteStatements statements = new SqliteStatements(connection);
            statements.change("CREATE TABLE t (x TEXT)");
            statements.rows("PRAGMA max_page_count = 3");

            Throwable failure = catchThrowable(() -> statements.run(
                    sql -> sql.update("INSERT INTO t VALUES (?)", "x".repeat(100_000)), new CommitGate()));

            assertThat(failure).hasMessageContaining("SQLITE_FULL");
            assertThat(StoreUnavailable.of(failure)).hasMessageContaining("SQLITE_FULL");
        }
    }
}
