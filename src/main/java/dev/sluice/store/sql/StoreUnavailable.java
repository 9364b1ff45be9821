package dev.sluice.store.sql;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an engine's failure becomes for everybody else. */
public final class StoreUnavailable {

    public static final String CODE = "store_down";

    private static final Logger LOG = LoggerFactory.getLogger(StoreUnavailable.class);

    private StoreUnavailable() {}

    /**
     * Logs what kind of failure it was, but not the engine's own words for it: PostgreSQL quotes whole rows, and there
     * are hashes of keys in them.
     */
    static GatewayException of(Throwable cause) {
        LOG.debug("The store failed: {}", kind(cause));
        return error(kind(cause));
    }

    /** Whether the store cannot be had just now, as opposed to a request that it refuses. */
    public static boolean is(Throwable failure) {
        return failure instanceof GatewayException refusal
                && CODE.equals(refusal.error().code());
    }

    private static GatewayException error(String kind) {
        return new GatewayException(
                GatewayError.of(GatewayError.Kind.UNAVAILABLE, "the store cannot be reached or refused (" + kind + ")")
                        .withCode(CODE));
    }

    private static String kind(Throwable cause) {
        if (cause instanceof PgException said) {
            // Class 42 is about our SQL and quotes no row.
            boolean ourMistake =
                    said.getSqlState() != null && said.getSqlState().startsWith("42");
            return "SQLSTATE " + said.getSqlState() + (ourMistake ? ": " + said.getErrorMessage() : "");
        }
        // SQLite names columns and never values.
        return cause instanceof SQLException said
                ? "SQLite: " + said.getMessage()
                : cause.getClass().getSimpleName();
    }
}
