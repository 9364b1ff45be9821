package dev.sluice.admin.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A CSV writer (RFC 4180). A field that a spreadsheet would read as a formula is prefixed with a quote, as OWASP
 * recommends: names of models and teams are untrusted input.
 */
public final class Csv {

    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\\t\\r\\n].*", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile(".*[\",\\r\\n].*", Pattern.DOTALL);

    private final StringBuilder text = new StringBuilder();

    public Csv(List<String> header) {
        line(header);
    }

    /** Null is an empty field. */
    public void line(List<?> fields) {
        text.append(fields.stream().map(Csv::field).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static String field(Object value) {
        return switch (value) {
            case null -> "";
            case BigDecimal number -> number.toPlainString();
            case Number number -> number.toString();
            default -> quoted(harmless(value.toString()));
        };
    }

    private static String harmless(String value) {
        return FORMULA.matcher(value).matches() ? "'" + value : value;
    }

    private static String quoted(String value) {
        return QUOTED.matcher(value).matches() ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }
}
