package dev.sluice.store.sql;

/** The database's schema is none that this program can use; waiting does not help. */
public final class SchemaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SchemaException(String message) {
        super(message, null, false, false);
    }
}
