package dev.sluice.binding;

import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** Parses YAML text into nodes, which have line and column. No objects are constructed, so tags are harmless. */
public final class YamlText {

    /** A limit against YAML bombs, far above any real configuration. */
    private static final int MAX_ALIASES = 50;

    private static final int MAX_NESTING = 50;
    /** Checked here and not by SnakeYAML, which takes quadratic time for one long comment before it counts. */
    private static final int MAX_LENGTH = 1024 * 1024;

    private YamlText() {}

    /** The root node; empty when the text is not valid, which is then reported. */
    public static Optional<Node> compose(String text, Diagnostics diagnostics) {
        if (text.length() > MAX_LENGTH) {
            diagnostics.error(1, 1, "the file is longer than " + MAX_LENGTH + " characters");
            return Optional.empty();
        }
        LoaderOptions limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(MAX_ALIASES);
        limits.setNestingDepthLimit(MAX_NESTING);
        try {
            // As Yaml.compose, but without loading the classes for constructing and dumping.
            Node root = new Composer(new ParserImpl(new StreamReader(text), limits), new Resolver(), limits)
                    .getSingleNode();
            // An editor may truncate a file before it rewrites it; accepting an empty file would remove every provider.
            if (root == null || root.getTag().equals(Tag.NULL)) {
                diagnostics.error(1, 1, "the file is empty (expected: at least a providers section)");
                return Optional.empty();
            }
            return Optional.of(root);
        } catch (MarkedYAMLException broken) {
            Mark mark = broken.getProblemMark() == null ? broken.getContextMark() : broken.getProblemMark();
            diagnostics.error(mark.getLine() + 1, mark.getColumn() + 1, explain(broken, text, mark));
        } catch (ReaderException broken) {
            String before = text.substring(0, Math.min(broken.getPosition(), text.length()));
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            int column = before.length() - before.lastIndexOf('\n');
            diagnostics.error(line, column, "not YAML: control character (expected: printable text)");
        } catch (YAMLException refused) {
            diagnostics.error(1, 1, "not accepted: " + refused.getMessage());
        }
        return Optional.empty();
    }

    /** Never quotes the file: the text around a syntax error may be a key. */
    private static String explain(MarkedYAMLException broken, String text, Mark mark) {
        String problem = broken.getProblem();
        String message = problem.startsWith("found undefined alias") ? "found undefined alias" : problem;
        String line = text.lines().skip(mark.getLine()).findFirst().orElse("");
        String hint = line.contains("${") ? "; inside { } or [ ] put \"${...}\" in quotes" : "";
        return "not YAML: " + message + hint;
    }
}
