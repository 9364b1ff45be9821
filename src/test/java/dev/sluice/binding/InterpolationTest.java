package dev.sluice.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.SluiceConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {

    private static final Map<String, String> ENV = Map.of("PORT", "9", "EMPTY", "", "NESTED", "${PORT}", "_A1", "x");

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "NULL", emptyValue = "", textBlock = """
        plain               | plain
        ${PORT}             | 9
        a${PORT}b${_A1}c    | a9bxc
        ${EMPTY}            | ''
        ${EMPTY:-7}         | 7
        ${PORT:-7}          | 9
        ${NONE:-7}          | 7
        ${NONE:-}           | ''
        ${NONE:-http://a:1} | http://a:1
        ${PORT:?why}        | 9
        $$                  | $
        $${PORT}            | ${PORT}
        $$$${PORT}          | $${PORT}
        $$${PORT}           | $9
        ${NESTED}           | ${PORT}
        $PORT               | $PORT
        pa$ word$           | pa$ word$
        """)
    void fillsIn(String raw, String text) {
        assertThat(new Interpolation(ENV::get).apply(raw))
                .isInstanceOfSatisfying(
                        Interpolation.Outcome.Text.class,
                        outcome -> assertThat(outcome.text()).isEqualTo(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ${NONE}             | NONE is not set
        ${NONE:?}           | NONE is not set
        ${NONE:?set it}     | NONE: set it
        ${EMPTY:?set it}    | EMPTY: set it
        ${PORT}${NONE}      | NONE is not set
        """)
    void misses(String raw, String why) {
        assertThat(new Interpolation(ENV::get).apply(raw)).isEqualTo(new Interpolation.Outcome.Missing(why));
    }

    @ParameterizedTest
    @CsvSource({
        "${",
        "${}",
        "${PORT",
        "${1A}",
        "${A-B}",
        "${PORT:=1}",
        "${PORT:}",
        "${NONE:-${PORT}}",
        "${PORT:-${NONE}}"
    })
    void malformed(String raw) {
        assertThat(new Interpolation(ENV::get).apply(raw)).isEqualTo(new Interpolation.Outcome.Malformed());
    }

    @Test
    void anyScalarMayComeFromTheEnvironment() {
        SluiceConfig config = Configs.accepted(
                        "server: { port: \"${PORT}\", drain: '${DRAIN:-5s}' }\nproviders: {l: {type: \"${TYPE}\"}}",
                        Map.of("PORT", "9", "TYPE", "simulator"))
                .config();

        assertThat(config.server().port()).isEqualTo(9);
        assertThat(config.server().drain()).hasSeconds(5);
        assertThat(config.providers()).containsOnlyKeys("l");
    }

    @Test
    void missingVariablesAreReportedWithTheirPosition() {
        assertThat(Configs.refusals("server:\n  port: ${PORT:?the port to listen on}\n  host: ${HOST}\n"))
                .containsExactly("2:9: server.port: PORT: the port to listen on", "3:9: server.host: HOST is not set");
    }

    @Test
    void malformedReferencesAreReportedWithTheExpectedForm() {
        assertThat(Configs.refusals("server: { host: '${HO-ST}' }"))
                .containsExactly(
                        "1:17: server.host: \"${HO-ST}\" (expected: ${VAR}, ${VAR:-default} or ${VAR:?message};"
                                + " $$ for a dollar)");
    }

    @Test
    void aValueFromTheEnvironmentIsNotShown() {
        assertThat(Configs.refusals("server: { port: \"${PORT}\" }", Map.of("PORT", "hunter2")))
                .containsExactly("1:17: server.port: \"${PORT}\" resolves to another value"
                        + " (expected: a whole number, from 0 to 65535)");
    }
}
