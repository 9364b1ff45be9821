package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.sluice.config.LogConfig;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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

    /** Libraries log what clients and providers bring about. */
    @Test
    void aLoggerOfALibraryWritesOneLineASecond() {
        LogEncoder encoder = new LogEncoder();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LoggingEvent vertx = new LoggingEvent("", context.getLogger("io.vertx.Net"), Level.ERROR, "broken", null, null);
        LoggingEvent other = new LoggingEvent("", context.getLogger("io.vertx.Web"), Level.ERROR, "broken", null, null);

        assertThat(encoder.encode(vertx)).isNotEmpty();
        assertThat(encoder.encode(vertx)).isEmpty();
        assertThat(encoder.encode(vertx)).isEmpty();
        assertThat(encoder.encode(other)).isNotEmpty();
        for (int i = 0; i < 5; i++) {
            assertThat(encoder.encode(event("of Sluice itself"))).isNotEmpty();
        }
        List<byte[]> later = new ArrayList<>();
        await().until(() -> {
            later.add(encoder.encode(vertx));
            return later.getLast().length > 0;
        });

        JsonObject next = new JsonObject(new String(later.getLast(), StandardCharsets.UTF_8));
        assertThat(next.getInteger("suppressed")).isEqualTo(2 + later.size() - 1);
    }

    /** Vert.x logs as an error that a client has broken HTTP/2 before its first settings. */
    @Test
    void whatAPeerDidIsNoError() {
        LogEncoder encoder = new LogEncoder();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ch.qos.logback.classic.Logger peers = context.getLogger("io.vertx.core.net.impl.ConnectionBase");
        LoggingEvent broken = new LoggingEvent("", peers, Level.ERROR, "Protocol error: x", null, null);

        JsonObject line = new JsonObject(new String(encoder.encode(broken), StandardCharsets.UTF_8));
        assertThat(line.getString("level")).isEqualTo("INFO");
        assertThat(line.getString("message")).isEqualTo("Protocol error: x");

        Logging.apply(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.WARN, true));
        assertThat(new LogEncoder().encode(broken)).isEmpty();
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
