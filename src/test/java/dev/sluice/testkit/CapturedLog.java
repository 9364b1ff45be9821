package dev.sluice.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** A log appender that captures every log line of this JVM while it is open. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private final Predicate<ILoggingEvent> kept;

    private CapturedLog(Predicate<ILoggingEvent> kept) {
        this.kept = kept;
    }

    public static CapturedLog open() {
        return open(event -> true);
    }

    /** Only of the events that are kept, so that a long run keeps few. */
    public static CapturedLog open(Predicate<ILoggingEvent> kept) {
        CapturedLog log = new CapturedLog(kept);
        log.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        log.start();
        root().addAppender(log);
        return log;
    }

    /** The lines so far: level, a space, and the message. */
    public List<String> lines() {
        return events.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    /** The values of this key in the lines so far. */
    public List<String> values(String key) {
        return events.stream()
                .filter(event -> event.getKeyValuePairs() != null)
                .flatMap(event -> event.getKeyValuePairs().stream())
                .filter(pair -> pair.key.equals(key))
                .map(pair -> String.valueOf(pair.value))
                .toList();
    }

    /** How many lines came from loggers below this name. */
    public long from(String logger) {
        return events.stream()
                .filter(event -> event.getLoggerName().startsWith(logger))
                .count();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (kept.test(event)) {
            events.add(event);
        }
    }

    @Override
    public void close() {
        root().detachAppender(this);
        stop();
    }

    private static Logger root() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
    }
}
