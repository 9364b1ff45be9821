package dev.sluice.provider.upstream;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import javax.net.ssl.SSLException;

/** What went wrong on a connection, in words for the operator. */
public final class NetworkFailure {

    private NetworkFailure() {}

    /** A connection that ended, as against one that brought nonsense. */
    public static boolean isClosing(Throwable failure) {
        return failure instanceof HttpClosedException || failure instanceof IOException;
    }

    /** Exceptions of the network carry no secret; their text is what the operator needs. */
    public static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return "TLS failed: " + innermost(cause).getMessage();
            }
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** What is wrong with a certificate is said by the cause of the cause. */
    private static Throwable innermost(Throwable failure) {
        return failure.getCause() == null ? failure : innermost(failure.getCause());
    }
}
