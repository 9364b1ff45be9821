package dev.sluice.store.sql;

import static dev.sluice.store.StoreRecords.failure;
import static dev.sluice.store.StoreRecords.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.GatewayException;
import dev.sluice.store.RunningPostgres;
import dev.sluice.testkit.SelfSigned;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sslmode} and {@code sslrootcert} at a real server whose certificate is self-signed, for localhost. */
final class PostgresTlsTest {

    private static final String CHANNEL =
            "SELECT CASE WHEN ssl THEN 'tls' ELSE 'plain' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static SelfSigned ours;
    private static SelfSigned other;
    private static RunningPostgres server;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        ours = SelfSigned.in(Files.createDirectory(folder.resolve("ours")));
        other = SelfSigned.in(Files.createDirectory(folder.resolve("other")));
        Files.setPosixFilePermissions(ours.key(), PosixFilePermissions.fromString("rw-------"));
        server = RunningPostgres.withTls(folder.resolve("pg"), ours);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        get(vertx.close());
    }

    @Test
    void theModeDecidesWhetherTheConnectionIsEncryptedAndVerified() throws Exception {
        String url = server.url("postgres");
        String root = "&sslrootcert=" + ours.cert();

        assertThat(channel(url + "?sslmode=disable")).isEqualTo("plain");
        assertThat(channel(url + "?sslmode=allow")).isEqualTo("plain");
        for (String tls : new String[] {
            "",
            "?sslmode=prefer",
            "?application_name=sluice&sslmode=require",
            "?sslmode=require" + root,
            "?sslmode=verify-ca" + root,
            "?sslmode=verify-full" + root
        }) {
            assertThat(channel(url + tls)).as(tls).isEqualTo("tls");
        }
        for (String untrusted : new String[] {
            "?sslmode=require&sslrootcert=" + other.cert(),
            "?sslmode=verify-ca&sslrootcert=" + other.cert(),
            "?sslmode=verify-full&sslrootcert=" + other.cert(),
            "?sslmode=verify-full",
            "?sslrootcert=system"
        }) {
            assertThat(refusal(url + untrusted))
                    .as(untrusted)
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("TLS: ");
        }
        assertThat(refusal(RunningPostgres.shared().url("postgres") + "?sslmode=require"))
                .hasMessageContaining("TLS");

        server.requireTls();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(refusal(url + "?sslmode=disable"))
                        .hasMessageContaining("SQLSTATE 28000: no pg_hba.conf entry")
                        .hasMessageContaining("no encryption"));
        assertThat(channel(url + "?sslmode=allow")).isEqualTo("tls");
    }

    @Test
    void parametersAreThoseOfLibpq() {
        String url = "postgresql://u:p@db.example:5432/d";
        assertThat(PostgresTls.of(url)).isEqualTo(new PostgresTls(url, SslMode.PREFER, null));
        assertThat(PostgresTls.of(url + "?sslmode=verify-full"))
                .isEqualTo(new PostgresTls(url, SslMode.VERIFY_FULL, "system"));
        assertThat(PostgresTls.of(url + "?a=b&sslmode=disable&c=d").url()).isEqualTo(url + "?a=b&c=d");
        assertThat(PostgresTls.of(url + "?sslmode=require&sslrootcert=" + ours.cert())
                        .mode())
                .isEqualTo(SslMode.VERIFY_CA);
        PgConnectOptions options = new PgConnectOptions();
        PostgresTls.of(url + "?sslmode=verify-full").applyTo(options);
        assertThat(options.getSslOptions().getHostnameVerificationAlgorithm()).isEqualTo("HTTPS");
        assertThat(options.getSslOptions().isTrustAll()).isFalse();

        wrong("?sslmode=full", "sslmode=full is unknown (expected: one of disable, allow, prefer, require, verify-ca,");
        wrong("?sslmode=verify-full&sslrootcert=/none", "sslrootcert is no file: /none");
        wrong("?sslrootcert=" + ours.cert(), "sslrootcert has no effect with sslmode=prefer");
        wrong("?sslmode=require&sslrootcert=system", "would accept any host (expected: verify-full)");
        wrong("?sslcert=/c", "sslcert is not supported");
    }

    @Test
    void onlyAConnectionThatLeavesTheMachineNeedsAWarning() {
        for (String local : new String[] {"localhost", "127.0.0.1", "::1", "/run/postgresql"}) {
            assertThat(Postgres.isLocal(new PgConnectOptions().setHost(local)))
                    .as(local)
                    .isTrue();
        }
        assertThat(Postgres.isLocal(new PgConnectOptions().setHost("db.example")))
                .isFalse();
    }

    private static void wrong(String parameters, String message) {
        assertThatThrownBy(() -> Engine.of(vertx, "postgresql://u:secret@db.example:5432/d" + parameters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("store.url: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    private static String channel(String url) throws Exception {
        Engine engine = Engine.of(vertx, url);
        try {
            return get(engine.query(CHANNEL)).getFirst().text(0);
        } finally {
            get(engine.close());
        }
    }

    private static Throwable refusal(String url) throws Exception {
        Engine engine = Engine.of(vertx, url);
        try {
            return failure(engine.query(CHANNEL));
        } finally {
            get(engine.close());
        }
    }
}
