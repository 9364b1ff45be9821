package dev.sluice.catalog;

import dev.sluice.binding.Findings;
import dev.sluice.binding.Interpolation;
import dev.sluice.binding.RecordBinder;
import dev.sluice.binding.Revision;
import dev.sluice.binding.ScalarReader;
import dev.sluice.binding.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The provider types that Sluice knows, from {@code catalog.yaml}. A new OpenAI-compatible provider is a stanza there.
 */
public final class Catalog {

    private static final String RESOURCE = "/catalog.yaml";

    private final Map<String, ProviderType> types;

    private Catalog(Map<String, ProviderType> types) {
        this.types = types;
    }

    public static Catalog builtIn() {
        return BuiltIn.CATALOG;
    }

    /** The type of that name, or null. */
    public ProviderType type(String name) {
        return types.get(name);
    }

    /** All names, in the order of the file. */
    public Set<String> names() {
        return types.keySet();
    }

    static Catalog parse(String text) {
        Findings findings = new Findings(RESOURCE);
        ScalarReader scalars =
                new ScalarReader(findings, new Interpolation(name -> null), Path.of(""), new Revision(text));
        Map<String, ProviderType> types = YamlText.compose(text, findings)
                .map(root -> named(new RecordBinder(findings, scalars).bindMap(ProviderType.class, root)))
                .orElse(Map.of());
        if (!findings.clean()) {
            throw new IllegalStateException(findings.errors().toString());
        }
        return new Catalog(types);
    }

    /** The key of the entry is the type's name. */
    private static Map<String, ProviderType> named(Map<String, ProviderType> bound) {
        Map<String, ProviderType> types = new LinkedHashMap<>();
        bound.forEach((name, type) -> {
            type.surfaces().keySet().forEach(label -> demandPath(name, label, type));
            types.put(name, type.named(name));
        });
        return Collections.unmodifiableMap(types);
    }

    /** A format for a surface that has no path would never be used: a slip of the pen. */
    private static void demandPath(String name, String label, ProviderType type) {
        if (!type.paths().containsKey(label) && !type.datedPaths().containsKey(label)) {
            throw new IllegalStateException(
                    name + ".surfaces." + label + ": no such surface under paths (expected one of: "
                            + String.join(", ", type.paths().keySet()) + ")");
        }
    }

    /** Read once, when first asked for. */
    private static final class BuiltIn {

        static final Catalog CATALOG = read();

        private static Catalog read() {
            try (InputStream resource = Catalog.class.getResourceAsStream(RESOURCE)) {
                return parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
