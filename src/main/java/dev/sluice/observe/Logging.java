package dev.sluice.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.sluice.config.LogConfig;
import org.slf4j.LoggerFactory;

/**
 * The Logback set-up in code: no XML parser at start-up, and settings that follow the configuration. Found by Logback
 * through {@code META-INF/services}; until {@link #apply} is called it logs JSON at INFO.
 */
public final class Logging extends ContextAwareBase implements Configurator {

    private static final String APPENDER = "stdout";
    private static final String OURS = "dev.sluice";
    /**
     * Prints a stack trace at every scan of a config file that is missing or not YAML; the reloader reports it once.
     */
    private static final String CONFIG_SCANS = "io.vertx.config";

    /** Called by Logback. */
    public Logging() {}

    /** Makes the running log follow {@code config}, at start-up and at every reload. */
    public static void apply(LogConfig config) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            setLevels(context, config.level());
            if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(APPENDER)
                            instanceof OutputStreamAppender<ILoggingEvent> appender
                    && appender.getEncoder() instanceof LogEncoder encoder) {
                encoder.setFormat(config.format());
            }
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LogEncoder encoder = new LogEncoder();
        encoder.setContext(context);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setName(APPENDER);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(StandardOutput.STREAM);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        setLevels(context, LogConfig.Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Libraries log one or two levels less: at DEBUG, Netty would print what it reads, which is prompts. */
    private static void setLevels(LoggerContext context, LogConfig.Level level) {
        context.getLogger(OURS).setLevel(Level.valueOf(level.name()));
        context.getLogger(CONFIG_SCANS).setLevel(Level.OFF);
        context.getLogger(Logger.ROOT_LOGGER_NAME)
                .setLevel(
                        switch (level) {
                            case DEBUG -> Level.INFO;
                            case INFO, WARN -> Level.WARN;
                            case ERROR -> Level.ERROR;
                        });
    }
}
