package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.sluice.config.LogConfig;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogFollowsConfigTest {

    private final Logger ours = LoggerFactory.getLogger("dev.sluice.some.Room");
    private final Logger netty = LoggerFactory.getLogger("io.netty.handler");

    @AfterEach
    void restoreDefaults() {
        Logging.apply(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.INFO, true));
    }

    @Test
    void logbackIsConfiguredInCode() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stdout"))
                .isNotNull();
    }

    @Test
    void aChangedLevelAppliesAtOnce() {
        Logging.apply(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.DEBUG, true));
        assertThat(ours.isDebugEnabled()).isTrue();
        assertThat(netty.isDebugEnabled()).isFalse();

        Logging.apply(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.ERROR, true));
        assertThat(ours.isWarnEnabled()).isFalse();
        assertThat(netty.isWarnEnabled()).isFalse();
    }

    @Test
    void anEventIsOneObject() {
        LogEncoder encoder = new LogEncoder();

        String line = new String(encoder.encode(event("line one\n\"line two\"")), StandardCharsets.UTF_8);

        assertThat(line.lines()).hasSize(1);
        JsonObject json = new JsonObject(line);
        assertThat(json.getString("message")).isEqualTo("line one\n\"line two\"");
        assertThat(json.getString("level")).isEqualTo("WARN");
        assertThat(json.getString("logger")).isEqualTo("dev.sluice.some.Room");
        assertThat(json.getString("provider")).isEqualTo("openai");
        assertThat(json.getString("stack")).contains("IllegalStateException: broken", "\tat ");
        assertThat(json.getString("time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    }

    @Test
    void textKeepsTheMessageOnItsLine() {
        LogEncoder encoder = new LogEncoder();
        encoder.setFormat(LogConfig.Format.TEXT);

        String text = new String(encoder.encode(event("one\nINFO forged")), StandardCharsets.UTF_8);

        assertThat(text.lines().findFirst())
                .get()
                .asString()
                .contains("WARN  dev.sluice.some.Room - one\\u000aINFO forged", "provider=openai");
        assertThat(text.lines().skip(1))
                .allMatch(line -> line.contains("IllegalStateException") || line.startsWith("\t"));
    }

    private LoggingEvent event(String message) {
        LoggingEvent event = new LoggingEvent(
                getClass().getName(),
                (ch.qos.logback.classic.Logger) ours,
                Level.WARN,
                message,
                new IllegalStateException("broken"),
                null);
        event.addKeyValuePair(new KeyValuePair("provider", "openai"));
        return event;
    }
}
