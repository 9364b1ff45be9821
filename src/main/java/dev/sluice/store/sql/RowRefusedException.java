package dev.sluice.store.sql;

import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.Set;

/**
 * The database refused the values of a row: it would refuse them again, however healthy it is. All other failures may
 * pass by themselves.
 */
public final class RowRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Data exceptions, violated constraints, and exceeded limits of the program, such as the size of an index row. */
    private static final Set<String> CLASSES = Set.of("22", "23", "54");

    /** SQLITE_TOOBIG, SQLITE_CONSTRAINT and SQLITE_MISMATCH. */
    private static final Set<Integer> SQLITE_CODES = Set.of(18, 19, 20);

    /** Extended codes of SQLite have the code in their lowest byte. */
    private static final int CODE_BITS = 0xff;

    private RowRefusedException(Throwable cause) {
        super(StoreUnavailable.kind(cause), cause, false, false);
    }

    /** The failure of a statement, or an exception of this type if its values are the cause. */
    public static Throwable of(Throwable failure) {
        return isRefusal(failure) ? new RowRefusedException(failure) : failure;
    }

    private static boolean isRefusal(Throwable failure) {
        if (failure instanceof PgException error) {
            String state = error.getSqlState();
            return state != null && state.length() == 5 && CLASSES.contains(state.substring(0, 2));
        }
        return failure instanceof SQLException error && SQLITE_CODES.contains(error.getErrorCode() & CODE_BITS);
    }
}
