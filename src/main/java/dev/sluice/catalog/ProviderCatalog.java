package dev.sluice.catalog;

import dev.sluice.binding.Diagnostics;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The built-in provider types, read from {@code catalog.yaml}. A new OpenAI-compatible provider needs only an entry
 * there.
 */
public final class ProviderCatalog {

    private static final String RESOURCE = "/catalog.yaml";

    private final Map<String, ProviderType> types;

    private ProviderCatalog(Map<String, ProviderType> types) {
        this.types = types;
    }

    public static ProviderCatalog builtIn() {
        return BuiltIn.CATALOG;
    }

    /** The type of that name, or null. */
    public ProviderType type(String name) {
        return types.get(name);
    }

    /**
     * The types by their names in a price map.
     *
     * @param names the names of one type in that map
     */
    Map<String, String> typesBy(Function<ProviderType.Pricing, List<String>> names) {
        Map<String, String> found = new HashMap<>();
        types.forEach((type, entry) -> names.apply(entry.pricing()).forEach(name -> found.put(name, type)));
        return found;
    }

    /** All names, in the order of the file. */
    public Set<String> names() {
        return types.keySet();
    }

    static ProviderCatalog parse(String text) {
        Diagnostics diagnostics = new Diagnostics(RESOURCE);
        ScalarReader scalars =
                new ScalarReader(diagnostics, new Interpolation(name -> null), Path.of(""), new Revision(text));
        Map<String, ProviderType> types = YamlText.compose(text, diagnostics)
                .map(root -> named(new RecordBinder(diagnostics, scalars).bindMap(ProviderType.class, root)))
                .orElse(Map.of());
        if (!diagnostics.clean()) {
            throw new IllegalStateException(diagnostics.errors().toString());
        }
        return new ProviderCatalog(types);
    }

    /** The key of the entry is the type's name. */
    private static Map<String, ProviderType> named(Map<String, ProviderType> bound) {
        Map<String, ProviderType> types = new LinkedHashMap<>();
        bound.forEach((name, type) -> {
            type.surfaces().keySet().forEach(label -> requirePath(name + ".surfaces", label, type));
            type.surfaceDrops().keySet().forEach(label -> requirePath(name + ".surface_drops", label, type));
            types.put(name, type.named(name));
        });
        return Collections.unmodifiableMap(types);
    }

    /** Rejects what is said of a surface without a path: it would never be used. */
    private static void requirePath(String key, String label, ProviderType type) {
        if (!type.paths().containsKey(label) && !type.datedPaths().containsKey(label)) {
            throw new IllegalStateException(key + "." + label + ": the surface has no path (expected one of: "
                    + String.join(", ", type.paths().keySet()) + ")");
        }
    }

    /** Loads the catalog on first use. */
    private static final class BuiltIn {

        static final ProviderCatalog CATALOG = read();

        private static ProviderCatalog read() {
            try (InputStream resource = ProviderCatalog.class.getResourceAsStream(RESOURCE)) {
                return parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
