package dev.sluice.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SQL statements are literals and constants, and every variable value is a bound parameter. */
final class SqlParametersAreBoundTest {

    private static final String TEXT = "\"[^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+\"";

    /** Literals and names of constants: the only allowed operands of a concatenation. */
    private static final String CONSTANT = "(?:" + TEXT + "|[A-Z][A-Z_]*\\b(?![.(]))";

    private static final Pattern JOINED = Pattern.compile(CONSTANT + "(?:\\s*\\+\\s*" + CONSTANT + ")*");
    private static final Pattern SQL =
            Pattern.compile("\"\\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|VACUUM"
                    + "|BEGIN|COMMIT|ROLLBACK|SET|WHERE|AND|ORDER|GROUP|FROM|VALUES|\\) VALUES|ON CONFLICT|LIMIT) ?");

    @Test
    void noStatementConcatenatesValues() {
        assertThat(sources().flatMap(source -> violations(source).stream())).isEmpty();
    }

    @Test
    void theRuleDetectsConcatenatedValues() {
        assertThat(violations("query(\"SELECT a FROM keys WHERE id = '\" + id + \"'\")"))
                .isNotEmpty();
        assertThat(violations("query(\"SELECT a FROM \" + table.name())")).isNotEmpty();
        assertThat(violations("query(prefix + \" WHERE id = \" + id)")).isNotEmpty();
        assertThat(violations("query(\"SELECT %s FROM keys\".formatted(id))")).isNotEmpty();
        assertThat(violations("sql.append(\" AND id = \").append(id)")).isNotEmpty();
        assertThat(violations("query(\"SELECT \" + COLUMNS + \" FROM keys WHERE id = ?\", id)"))
                .isEmpty();
    }

    private static List<String> violations(String source) {
        return JOINED.matcher(source)
                .results()
                .filter(joined -> SQL.matcher(joined.group()).find())
                .filter(joined -> varies(source, joined.start(), joined.end()))
                .map(java.util.regex.MatchResult::group)
                .toList();
    }

    /** Whether a value is concatenated before or after the literal, or formatted into it. */
    private static boolean varies(String source, int start, int end) {
        String before = source.substring(0, start).stripTrailing();
        String behind = source.substring(end).stripLeading();
        return before.endsWith("+") || before.endsWith("append(") || behind.startsWith("+") || behind.startsWith(".");
    }

    private static Stream<String> sources() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/sluice/store"))) {
            return files.filter(Files::isRegularFile).map(SqlParametersAreBoundTest::text).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
