package dev.sluice.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Which log lines a fuzz expects. All other errors, and all exceptions that only a bug throws, are findings. */
final class FuzzLog {

    private static final Pattern BUG = Pattern.compile("NullPointer|ClassCast|IllegalState|IllegalArgument|OutOfBounds"
            + "|NumberFormat|Unsupported|StackOverflow|OutOfMemory|NoSuchElement|ConcurrentModification|Assertion"
            + "|Arithmetic|NegativeArraySize|IllegalReferenceCount");

    private static final String NO_CAUSE = "";
    private static final String ANYWHERE = "";

    private static final List<Expected> EXPECTED = List.of(
            // Edits that are invalid on purpose.
            new Expected(
                    "dev.sluice.reload.Reloader",
                    "config edit refused, [0-9a-f]{12} stays active: [0-9]+ error\\(s\\)",
                    NO_CAUSE,
                    ANYWHERE),
            new Expected(
                    "dev.sluice.reload.Reloader",
                    "config: /\\S+/sluice\\.yaml(:[0-9]+:[0-9]+)?: (?s:.+)",
                    NO_CAUSE,
                    ANYWHERE),
            // A provider that sends bytes after its WebSocket handshake which are no frames.
            new Expected(
                    "io.vertx.core.net.impl.ConnectionBase",
                    "Received an invalid message: io\\.netty\\.buffer\\.[A-Za-z$]*ByteBuf",
                    NO_CAUSE,
                    ANYWHERE),
            // Vert.x closes an HTTP/2 connection whose client breaks the protocol. The last is a stream that Vert.x has
            // not yet seen when its connection is lost.
            new Expected("io.vertx.core.net.impl.ConnectionBase", "Protocol error: .+", NO_CAUSE, ANYWHERE),
            new Expected(
                    "io.vertx.core.net.impl.ConnectionBase",
                    "Failed setting initial window size: Setting INITIAL_WINDOW_SIZE is invalid: [0-9]+, expected .+",
                    NO_CAUSE,
                    ANYWHERE),
            new Expected(
                    "io.netty.util.concurrent.DefaultPromise",
                    "An exception was thrown by io\\.netty\\.handler\\.codec\\.http2\\.\\S+",
                    "java.lang.NullPointerException: Cannot read field \"context\" because \"stream\" is null",
                    "Http2ConnectionBase.onConnectionError"),
            // The client of a WebSocket has gone: Vert.x accepts or refuses its handshake, or closes it once more.
            new Expected(
                    "io.vertx.core.impl.ContextImpl",
                    "Unhandled exception",
                    "java.lang.IllegalStateException: Result is already complete",
                    "Http1xServerConnection.lambda$createWebSocket"),
            new Expected(
                    "io.vertx.core.impl.ContextImpl",
                    "Unhandled exception",
                    "java.lang.IllegalStateException: Promise already completed",
                    "Http1xServerConnection.lambda$createWebSocket"),
            new Expected(
                    "io.netty.util.concurrent.DefaultPromise",
                    "An exception was thrown by"
                            + " io\\.vertx\\.core\\.net\\.impl\\.VertxConnection\\S+operationComplete\\(\\)",
                    "java.lang.IllegalArgumentException: promise already done: ",
                    "WebSocketConnectionImpl.finishClose"));

    /**
     * @param message the whole message
     * @param cause the beginning of the exception's class and message; empty: there is none
     * @param frame a part of a line of the exception's stack
     */
    private record Expected(String logger, Pattern message, String cause, String frame) {

        Expected(String logger, String message, String cause, String frame) {
            this(logger, Pattern.compile(message), cause, frame);
        }

        boolean fits(ILoggingEvent event) {
            return event.getLoggerName().equals(logger)
                    && message.matcher(event.getFormattedMessage()).matches()
                    && fits(event.getThrowableProxy());
        }

        private boolean fits(IThrowableProxy thrown) {
            if (thrown == null || cause.isEmpty()) {
                return thrown == null && cause.isEmpty();
            }
            return (thrown.getClassName() + ": " + thrown.getMessage()).startsWith(cause)
                    && (frame.isEmpty()
                            || Arrays.stream(thrown.getStackTraceElementProxyArray())
                                    .anyMatch(each -> each.getSTEAsString().contains(frame)));
        }
    }

    private FuzzLog() {}

    static boolean isUnexpected(ILoggingEvent event) {
        boolean suspect = event.getLevel().isGreaterOrEqual(Level.ERROR);
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            suspect |= BUG.matcher(cause.getClassName()).find();
        }
        return suspect && EXPECTED.stream().noneMatch(expected -> expected.fits(event));
    }
}
