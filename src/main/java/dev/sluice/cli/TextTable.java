package dev.sluice.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** A text table with a header. Each column is as wide as its longest value. */
final class TextTable {

    private final List<List<String>> lines = new ArrayList<>();

    TextTable(List<String> header) {
        lines.add(header);
    }

    /** Adds a line. An empty field is printed as a dash. */
    void line(List<?> fields) {
        lines.add(fields.stream().map(TextTable::word).toList());
    }

    /** Numbers without an exponent. */
    static String word(Object field) {
        if (field instanceof Double number) {
            return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
        }
        return field == null || field.toString().isEmpty() ? "-" : field.toString();
    }

    List<String> text() {
        int columns = lines.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return lines.stream().map(line -> padded(line, widths)).toList();
    }

    private static String padded(List<String> line, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            text.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
        }
        return text.toString().stripTrailing();
    }
}
