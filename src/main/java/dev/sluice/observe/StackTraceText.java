package dev.sluice.observe;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;

/**
 * A stack trace as text, in the form of {@link Throwable#printStackTrace()}. Its frames are on lines of their own;
 * messages of exceptions, which may quote a client or a provider, are escaped, so that none of them can forge a frame
 * or a log line.
 */
final class StackTraceText {

    private final StringBuilder text = new StringBuilder(1024);

    private StackTraceText() {}

    static String of(IThrowableProxy thrown) {
        StackTraceText trace = new StackTraceText();
        trace.append(thrown, "", "");
        return trace.text.toString();
    }

    private void append(IThrowableProxy thrown, String indent, String caption) {
        text.append(indent).append(caption);
        if (thrown.isCyclic()) {
            text.append("CIRCULAR REFERENCE: ");
        }
        text.append(thrown.getClassName());
        if (thrown.getMessage() != null) {
            text.append(": ");
            VisibleText.append(thrown.getMessage(), text);
        }
        text.append('\n');
        if (thrown.isCyclic()) {
            return;
        }
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int own = frames.length - thrown.getCommonFrames();
        for (int i = 0; i < own; i++) {
            text.append(indent).append('\t').append(frames[i].getSTEAsString()).append('\n');
        }
        if (thrown.getCommonFrames() > 0) {
            text.append(indent)
                    .append("\t... ")
                    .append(thrown.getCommonFrames())
                    .append(" common frames omitted\n");
        }
        for (IThrowableProxy suppressed : thrown.getSuppressed()) {
            append(suppressed, indent + "\t", "Suppressed: ");
        }
        if (thrown.getCause() != null) {
            append(thrown.getCause(), indent, "Caused by: ");
        }
    }
}
