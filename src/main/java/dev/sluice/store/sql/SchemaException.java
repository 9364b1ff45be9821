package dev.sluice.store.sql;

/** The database has a schema that this program cannot use. Not transient: retrying does not help. */
public final class SchemaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SchemaException(String message) {
        super(message, null, false, false);
    }
}
