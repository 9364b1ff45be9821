package dev.sluice.binding;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${VAR}}, {@code ${VAR:-default}} and {@code ${VAR:?message}}; {@code $$} is a dollar. The result is
 * not interpolated again.
 */
public final class Interpolation {

    static final String FORMS = "${VAR}, ${VAR:-default} or ${VAR:?message}; $$ for a dollar";

    private static final Pattern REFERENCE =
            Pattern.compile("\\$(?:(\\$)|\\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::([-?])([^}]*))?\\})?)");

    /** The result of interpolating a scalar. */
    sealed interface Outcome {

        /** @param resolved true when part of it came from the environment, so that it must not be shown */
        record Text(String text, boolean resolved) implements Outcome {}

        record Missing(String why) implements Outcome {}

        record Malformed() implements Outcome {}
    }

    private final UnaryOperator<String> env;

    public Interpolation(UnaryOperator<String> env) {
        this.env = env;
    }

    Outcome apply(String raw) {
        if (raw.indexOf('$') < 0) {
            return new Outcome.Text(raw, false);
        }
        StringBuilder text = new StringBuilder();
        boolean resolved = false;
        Matcher reference = REFERENCE.matcher(raw);
        int from = 0;
        while (reference.find()) {
            text.append(raw, from, reference.start());
            from = reference.end();
            if (reference.group(1) != null) {
                text.append('$');
                continue;
            }
            boolean nested = reference.group(4) != null && reference.group(4).contains("${");
            if (reference.group(2) == null || nested) {
                // A reference inside a default would end at its own brace, and the rest would be text.
                return new Outcome.Malformed();
            }
            String value = value(reference);
            if (value == null) {
                return new Outcome.Missing(why(reference));
            }
            resolved = true;
            text.append(value);
        }
        return new Outcome.Text(text.append(raw, from, raw.length()).toString(), resolved);
    }

    public String environment(String name) {
        return env.apply(name);
    }

    /** As in a shell: with {@code :-} and {@code :?} an empty variable counts as unset. */
    private String value(Matcher reference) {
        String value = env.apply(reference.group(2));
        String operator = reference.group(3);
        if (operator == null || value != null && !value.isEmpty()) {
            return value;
        }
        return operator.equals("-") ? reference.group(4) : null;
    }

    private static String why(Matcher reference) {
        boolean explained =
                "?".equals(reference.group(3)) && !reference.group(4).isEmpty();
        return reference.group(2) + (explained ? ": " + reference.group(4) : " is not set");
    }
}
