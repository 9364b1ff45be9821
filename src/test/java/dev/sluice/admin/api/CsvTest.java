package dev.sluice.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

    @Test
    void fieldsAreQuotedByTheRfc() {
        Csv csv = new Csv(List.of("a", "b", "c", "d"));
        csv.line(Arrays.asList("say \"hi\"", "one,two", "line\r\nbreak", null));
        csv.line(List.of(new BigDecimal("0.000000001"), -1L, "plain", ""));

        assertThat(csv)
                .hasToString("a,b,c,d\r\n\"say \"\"hi\"\"\",\"one,two\",\"line\r\nbreak\",\r\n"
                        + "0.000000001,-1,plain,\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0\nx"})
    void formulasAreEscaped(String name) {
        Csv csv = new Csv(List.of("name"));
        csv.line(List.of(name));

        assertThat(csv.toString().substring("name\r\n".length())).matches("(?s)\"?'.*");
    }
}
