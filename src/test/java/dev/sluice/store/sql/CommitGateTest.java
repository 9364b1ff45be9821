package dev.sluice.store.sql;

import static dev.sluice.store.StoreRecords.failure;
import static dev.sluice.store.StoreRecords.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change that failed for its time limit is not applied later, however late the store responds. */
final class CommitGateTest {

    private static final Duration SOON = Duration.ofMillis(20);

    @TempDir
    private Path folder;

    private final CommitGate gate = new CommitGate();
    private Vertx vertx;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    @Test
    void aStoreThatHangsIsReportedAndCommitsNothingLater() throws Exception {
        Promise<String> hung = Promise.promise();

        Throwable failure = failure(CommitGate.within(vertx, SOON, gate, hung::future));

        assertThat(StoreUnavailable.is(failure)).isTrue();
        assertThat(failure).hasMessageContaining("nothing was changed");
        assertThat(gate.commit()).isFalse();
    }

    @Test
    void aCommitThatHasBegunIsAwaited() throws Exception {
        Future<String> slow = vertx.timer(10 * SOON.toMillis()).map("done");

        assertThat(get(CommitGate.within(vertx, SOON, gate, () -> {
                    assertThat(gate.commit()).isTrue();
                    return slow;
                })))
                .isEqualTo("done");
    }

    @Test
    void aTransactionOfSqliteIsRolledBackAfterItsTimeLimit() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("a.db"))) {
            SqliteStatements statements = new SqliteStatements(connection);
            statements.change("CREATE TABLE t (x TEXT)");
            failure(CommitGate.within(vertx, SOON, gate, () -> vertx.timer(10 * SOON.toMillis())));
            CommitGate expiresInside = new CommitGate();

            assertThatThrownBy(() -> statements.run(
                            sql -> {
                                expire(expiresInside);
                                return sql.update("INSERT INTO t VALUES ('a')");
                            },
                            expiresInside))
                    .isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> statements.run(sql -> sql.update("INSERT INTO t VALUES ('b')"), gate))
                    .isInstanceOf(TimeoutException.class);

            assertThat(statements.rows("SELECT x FROM t")).isEmpty();
        }
    }

    private void expire(CommitGate other) {
        try {
            failure(CommitGate.within(
                    vertx, SOON, other, () -> Promise.<Void>promise().future()));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
