package dev.sluice.store;

import dev.sluice.testkit.SelfSigned;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL on a loopback port: one shared by the JVM, or one that a test stops and starts. */
public final class RunningPostgres implements AutoCloseable {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final EmbeddedPostgres server;

    private RunningPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /** The server that all tests of this JVM share. It stops with the JVM. */
    public static RunningPostgres shared() {
        return Shared.SERVER;
    }

    /** A server with its files in {@code folder}, which are kept when it is closed. */
    public static RunningPostgres in(Path folder, int port) {
        return start(builder(folder).setPort(port));
    }

    /** One with its files in {@code folder} that offers TLS and does not require it. */
    public static RunningPostgres withTls(Path folder, SelfSigned certificate) {
        return start(builder(folder)
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", certificate.cert().toString())
                .setServerConfig("ssl_key_file", certificate.key().toString()));
    }

    private static EmbeddedPostgres.Builder builder(Path folder) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(
                        Path.of(System.getProperty("java.io.tmpdir")).toFile());
    }

    private static RunningPostgres start(EmbeddedPostgres.Builder builder) {
        try {
            return new RunningPostgres(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses new connections without TLS. */
    public void requireTls() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            ResultSet file = statement.executeQuery("SHOW hba_file");
            file.next();
            Files.writeString(Path.of(file.getString(1)), "hostssl all all all trust\n");
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The URL of a new, empty database. */
    public String newDatabase() {
        String name = "sluice" + DATABASES.incrementAndGet();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(name);
    }

    public String url(String database) {
        return "postgresql://postgres:postgres@127.0.0.1:" + server.getPort() + "/" + database;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Shared {
        static final RunningPostgres SERVER = start();

        private static RunningPostgres start() {
            try {
                return new RunningPostgres(EmbeddedPostgres.start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
