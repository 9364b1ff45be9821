package dev.sluice.provider.upstream;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import javax.net.ssl.SSLException;

/** Describes network failures to operators. */
public final class NetworkFailure {

    private NetworkFailure() {}

    /** A pooled connection could not be used again, and no byte of the request was sent on it. No stack trace. */
    static final class Unsent extends HttpClosedException {

        private static final long serialVersionUID = 1L;

        Unsent() {
            super("the kept-alive connection was closed or had unread bytes");
        }
    }

    /** Whether no byte of the request was sent, so that it can be sent on another connection. */
    public static boolean isUnsent(Throwable failure) {
        return failure instanceof Unsent;
    }

    /** Whether the connection was closed, as opposed to carrying malformed data. */
    public static boolean isClosing(Throwable failure) {
        return failure instanceof HttpClosedException || failure instanceof IOException;
    }

    /** The reason for the operator. Network exceptions carry no secrets. */
    public static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return "TLS failed: " + innermost(cause).getMessage();
            }
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** The innermost cause names what is wrong with a certificate. */
    private static Throwable innermost(Throwable failure) {
        return failure.getCause() == null ? failure : innermost(failure.getCause());
    }
}
