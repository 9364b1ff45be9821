package dev.sluice.store.sql;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The error {@code store_down}, to which failures of an engine are converted. */
public final class StoreUnavailable {

    public static final String CODE = "store_down";

    private static final Logger LOG = LoggerFactory.getLogger(StoreUnavailable.class);

    private StoreUnavailable() {}

    /**
     * Logs the kind of failure but not the engine's message: PostgreSQL quotes whole rows, which contain hashes of
     * keys.
     */
    static GatewayException of(Throwable cause) {
        LOG.debug("The store failed: {}", kind(cause));
        return error(kind(cause));
    }

    /** Whether the store is unreachable, as opposed to a request that it refused. */
    public static boolean is(Throwable failure) {
        return failure instanceof GatewayException refusal
                && CODE.equals(refusal.error().code());
    }

    private static GatewayException error(String kind) {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNAVAILABLE,
                        "the store is unreachable or refused the statement (" + kind + ")")
                .withCode(CODE));
    }

    private static String kind(Throwable cause) {
        if (cause instanceof PgException error) {
            // Class 42 is an error in Sluice's SQL; its messages quote no rows.
            boolean ownError =
                    error.getSqlState() != null && error.getSqlState().startsWith("42");
            return "SQLSTATE " + error.getSqlState() + (ownError ? ": " + error.getErrorMessage() : "");
        }
        // SQLite's messages name columns and never values.
        return cause instanceof SQLException error
                ? "SQLite: " + error.getMessage()
                : cause.getClass().getSimpleName();
    }
}
