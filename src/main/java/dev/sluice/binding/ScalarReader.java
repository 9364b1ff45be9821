package dev.sluice.binding;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads scalar values: interpolates environment variables, converts, checks range and pattern, and reads secrets from
 * their files.
 */
public final class ScalarReader {

    private static final String FILE = "file:";

    private final Diagnostics diagnostics;
    private final Interpolation interpolation;
    private final Path baseDir;
    private final Revision revision;

    /**
     * @param baseDir the directory of relative {@code file:} paths
     * @param revision receives every value that is not in the file itself
     */
    public ScalarReader(Diagnostics diagnostics, Interpolation interpolation, Path baseDir, Revision revision) {
        this.diagnostics = diagnostics;
        this.interpolation = interpolation;
        this.baseDir = baseDir;
        this.revision = revision;
    }

    /** The value, or null when a problem was reported instead. */
    Object read(ScalarKind kind, Class<?> type, Key key, ScalarNode node, String path) {
        diagnostics.recordText(path, node.getValue());
        Interpolation.Outcome outcome = interpolation.apply(node.getValue());
        if (outcome instanceof Interpolation.Outcome.Text text && text.resolved()) {
            revision.add(text.text());
        }
        return switch (outcome) {
            case Interpolation.Outcome.Malformed malformed -> {
                diagnostics.error(path, diagnostics.quote(path) + " (expected: " + Interpolation.FORMS + ")");
                yield null;
            }
            case Interpolation.Outcome.Missing missing -> {
                diagnostics.missing(path, missing.why());
                yield null;
            }
            case Interpolation.Outcome.Text text ->
                kind == ScalarKind.SECRET ? secret(text, node, path) : checked(kind, type, key, text, path);
        };
    }

    /** Reads a default of a {@link Key}, which is valid: a test reads all of them. */
    Object literal(Type type, String text) {
        if (RecordShape.isList(type)) {
            return Arrays.stream(text.substring(1, text.length() - 1).split(","))
                    .map(item -> item.strip().replace("\"", ""))
                    .toList();
        }
        return ScalarKind.of((Class<?>) type).read((Class<?>) type, text);
    }

    static String expectation(ScalarKind kind, Class<?> type, Key key) {
        String called = key.expected().isEmpty() ? kind.describe(type) : key.expected();
        boolean low = key.min() != Double.NEGATIVE_INFINITY;
        boolean high = key.max() != Double.POSITIVE_INFINITY;
        return called
                + (low && high ? "," : "")
                + (low ? " from " + kind.writeBound(key.min()) : "")
                + (high ? " to " + kind.writeBound(key.max()) : "");
    }

    private Object checked(ScalarKind kind, Class<?> type, Key key, Interpolation.Outcome.Text text, String path) {
        Object value = kind.read(type, text.text());
        if (value != null && inRange(kind, key, value) && matches(kind, key, text.text())) {
            warnOfFormerChoice(type, text.text(), path);
            return value;
        }
        String shown = diagnostics.quote(path) + (text.resolved() ? " resolves to another value" : "");
        diagnostics.error(path, shown + " (expected: " + expectation(kind, type, key) + hint(type, text) + ")");
        return null;
    }

    private void warnOfFormerChoice(Class<?> type, String text, String path) {
        String current = type.isEnum() ? ScalarKind.formerChoices(type).get(text) : null;
        if (current != null) {
            diagnostics.warn(
                    path,
                    "\"" + text + "\" is now \"" + current + "\"; the former value is read until "
                            + FormerKeys.REMOVED_IN);
        }
    }

    private static boolean inRange(ScalarKind kind, Key key, Object value) {
        double magnitude = kind.magnitude(value);
        return Double.isNaN(magnitude) || magnitude >= key.min() && magnitude <= key.max();
    }

    private static boolean matches(ScalarKind kind, Key key, String text) {
        return kind != ScalarKind.TEXT || key.pattern().isEmpty() || Pattern.matches(key.pattern(), text);
    }

    private static String hint(Class<?> type, Interpolation.Outcome.Text text) {
        if (!type.isEnum() || text.resolved()) {
            return "";
        }
        List<String> choices = ScalarKind.choices(type);
        return Suggestion.closest(text.text(), choices)
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElse("");
    }

    private Secret secret(Interpolation.Outcome.Text text, ScalarNode node, String path) {
        if (text.text().startsWith(FILE)) {
            return secretFile(text.text().substring(FILE.length()), path);
        }
        if (!text.text().isEmpty()) {
            return new Secret(text.text());
        }
        if (text.resolved()) {
            diagnostics.missing(path, node.getValue() + " is empty");
        } else {
            diagnostics.error(path, "a secret must not be empty (expected: ${ENV} or file:/path)");
        }
        return null;
    }

    private Secret secretFile(String name, String path) {
        try {
            Path file = baseDir.resolve(name);
            diagnostics.secretFile(file);
            if (!diagnostics.readsFiles()) {
                return new Secret(Redaction.MASK);
            }
            String text = BoundedFile.read(file, BoundedFile.MAX_CONFIG_BYTES).replaceFirst("[\r\n]+\\z", "");
            if (!text.isEmpty()) {
                revision.add(text);
                return new Secret(text);
            }
            diagnostics.error(path, "the secret's file is empty (expected: a file that contains the secret)");
        } catch (IOException | InvalidPathException unreadable) {
            diagnostics.error(
                    path,
                    "the secret's file cannot be read: " + unreadable.getClass().getSimpleName()
                            + " (expected: file: and the path of a readable file)");
        }
        return null;
    }
}
