package dev.sluice.store.sql;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The error {@code store_unavailable}, to which failures of an engine are converted. */
public final class StoreUnavailable {

    public static final String CODE = "store_unavailable";

    private static final Logger LOG = LoggerFactory.getLogger(StoreUnavailable.class);

    /** An error in Sluice's SQL, a refused login (such as one without TLS), and an unknown database. */
    private static final List<String> QUOTE_NO_ROWS = List.of("42", "28", "3D");

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

    /** What failed, without values of rows. */
    static String kind(Throwable cause) {
        if (cause instanceof PgException error) {
            String state = String.valueOf(error.getSqlState());
            boolean quotesNoRow = QUOTE_NO_ROWS.stream().anyMatch(state::startsWith);
            return "SQLSTATE " + state + (quotesNoRow ? ": " + error.getErrorMessage() : "");
        }
        for (Throwable ssl = cause; ssl != null; ssl = ssl.getCause()) {
            if (ssl instanceof SSLException) {
                return "TLS: " + ssl.getMessage();
            }
        }
        if (cause instanceof VertxException || cause.getClass() == Exception.class) {
            // Of a connection, not of a statement. The client has no type for a server without TLS.
            String message = String.valueOf(cause.getMessage());
            return message.contains("SSL")
                    ? "TLS: " + message + "; expected: a server that sslmode and sslrootcert of store.url accept"
                    : message;
        }
        if (cause instanceof TimeoutException && cause.getMessage() != null) {
            return cause.getMessage();
        }
        // SQLite's messages name columns and never values.
        return cause instanceof SQLException error
                ? "SQLite: " + error.getMessage()
                : cause.getClass().getSimpleName();
    }
}
