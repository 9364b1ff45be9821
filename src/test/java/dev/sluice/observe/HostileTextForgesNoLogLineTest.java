package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.sluice.config.LogConfig;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Messages of log events and of exceptions may quote a client or a provider. */
class HostileTextForgesNoLogLineTest {

    private static final String FORGED = "2026-01-01T00:00:00.000Z INFO  audit - forged";

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.sluice.some.Room");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n" + FORGED,
                "\r" + FORGED,
                "\r\n" + FORGED,
                "\u0085" + FORGED,
                "\u2028" + FORGED,
                "\u2029" + FORGED,
                "\u000b" + FORGED,
                "\f" + FORGED,
                "x\n\tat dev.sluice.Forged.frame(Forged.java:1)",
                "x\nCaused by: java.lang.Error: forged",
                "\u001b[2K\u001b[1A" + FORGED,
                "\u009b2K" + FORGED,
                "\b\b\b\b" + FORGED,
                "\u202e" + FORGED,
                "\u0000" + FORGED
            })
    void inTextLinesAndFramesAreSluicesOwn(String hostile) {
        List<String> lines = List.of(encode(LogConfig.Format.TEXT, hostile).split("\\R", -1));

        assertThat(lines.getFirst()).contains(" WARN  dev.sluice.some.Room - before ");
        assertThat(lines.getLast()).isEmpty();
        assertThat(lines.subList(1, lines.size() - 1))
                .allSatisfy(line -> assertThat(line)
                        .matches("(\t?(Caused by: |Suppressed: )?java\\.lang\\.Illegal(State|Argument)Exception: before"
                                + " .*|\t+at .*\\.java(:\\d+)?\\).*|\t+at .*\\(Native Method\\).*|\t+\\.\\.\\."
                                + " \\d+ common frames omitted)"));
        assertThat(lines).noneMatch(line -> line.strip().startsWith("at dev.sluice.Forged"));
        assertThat(String.join("", lines).chars().filter(c -> c != '\t'))
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    @Test
    void inJsonTheStackHasOnlyRealFrames() {
        String line = encode(LogConfig.Format.JSON, "x\n\tat dev.sluice.Forged.frame(Forged.java:1)\n" + FORGED);

        assertThat(line.lines()).hasSize(1);
        assertThat(line.chars().filter(c -> c < ' ' || c > '~')).containsExactly((int) '\n');
        JsonObject json = new JsonObject(line);
        assertThat(json.getString("stack").lines())
                .noneMatch(frame -> frame.startsWith("\tat dev.sluice.Forged"))
                .noneMatch(frame -> frame.startsWith("2026"))
                .anyMatch(frame -> frame.startsWith("\tat " + getClass().getName()));
    }

    @Test
    void causesSuppressedAndCommonFramesAreShown() {
        String text = encode(LogConfig.Format.TEXT, "x");

        assertThat(text)
                .contains(
                        "\njava.lang.IllegalStateException: before x\n\tat ",
                        "\n\tSuppressed: java.lang.IllegalStateException: before x",
                        "\nCaused by: java.lang.IllegalArgumentException: before x",
                        " common frames omitted\n");
    }

    @Test
    void aCycleOfCausesEnds() {
        Exception one = new IllegalStateException("one");
        one.addSuppressed(new IllegalStateException("two", one));

        assertThat(encode(LogConfig.Format.TEXT, "x", one)).contains("CIRCULAR REFERENCE");
    }

    private String encode(LogConfig.Format format, String hostile) {
        String message = "before " + hostile;
        Exception thrown = new IllegalStateException(message, new IllegalArgumentException(message));
        thrown.addSuppressed(new IllegalStateException(message));
        return encode(format, hostile, thrown);
    }

    private String encode(LogConfig.Format format, String hostile, Exception thrown) {
        LoggingEvent event =
                new LoggingEvent(getClass().getName(), logger, Level.WARN, "before " + hostile, thrown, null);
        event.addKeyValuePair(new KeyValuePair("model", hostile));
        LogEncoder encoder = new LogEncoder();
        encoder.setFormat(format);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
