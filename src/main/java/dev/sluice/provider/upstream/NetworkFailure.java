package dev.sluice.provider.upstream;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Describes network failures to operators. */
public final class NetworkFailure {

    /** The beginning of messages of Netty's native transport. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    /** The end of messages about connecting: {@code : host/127.0.0.1:9}. */
    private static final Pattern ADDRESS = Pattern.compile(":? [\\w.-]*/\\S+$");

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

    /** The reason, without the address: callers get it, too. Network exceptions carry no secrets. */
    public static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return "TLS failed: " + innermost(cause).getMessage();
            }
        }
        if (failure instanceof UnknownHostException) {
            return "its host name cannot be resolved";
        }
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        String reason = SYSTEM_CALL.matcher(message).replaceFirst("");
        return ADDRESS.matcher(reason).replaceFirst("");
    }

    /** The innermost cause names what is wrong with a certificate. */
    private static Throwable innermost(Throwable failure) {
        return failure.getCause() == null ? failure : innermost(failure.getCause());
    }
}
