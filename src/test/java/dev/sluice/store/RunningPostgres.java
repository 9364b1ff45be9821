package dev.sluice.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
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
        try {
            return new RunningPostgres(EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setOverrideWorkingDirectory(
                            Path.of(System.getProperty("java.io.tmpdir")).toFile())
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
