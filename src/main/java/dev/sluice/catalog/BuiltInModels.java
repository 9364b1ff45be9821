package dev.sluice.catalog;

import dev.sluice.binding.Diagnostics;
import dev.sluice.binding.Interpolation;
import dev.sluice.binding.Key;
import dev.sluice.binding.RecordBinder;
import dev.sluice.binding.Revision;
import dev.sluice.binding.ScalarReader;
import dev.sluice.binding.YamlText;
import dev.sluice.model.ModelName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The built-in table of models, read from {@code models.yaml}. */
final class BuiltInModels {

    private static final String RESOURCE = "/models.yaml";

    private record Entry(String name, List<String> types, List<String> toolTypes, ModelInfo info) {

        boolean isOf(String type) {
            return types.contains(type);
        }

        Found at(String type) {
            boolean sameSeller = isOf(type);
            boolean sameTools = sameSeller && (toolTypes.isEmpty() || toolTypes.contains(type));
            return new Found(sameTools ? info : sameSeller ? info.withoutToolCalls() : info.withoutModes(), sameSeller);
        }
    }

    /** A family of models in the built-in table, with the facts that they share. */
    record ModelFamily(
            @Key(value = "Source of the figures.", required = true)
            String source,

            @Key(value = "Date of the source.", required = true, pattern = "\\d{4}-\\d{2}(-\\d{2})?")
            String asOf,

            @Key("Provider types whose prices these are.") List<String> types,

            @Key("Provider types whose prices of tool calls these are; if omitted, all of types.")
            List<String> toolTypes,

            @Key("Facts of all models of the family.") ModelInfo all,

            @Key("Facts of single models, by name or pattern.")
            Map<String, ModelInfo> models) {

        /**
         * Each model with its own and the shared facts. A model with prices of its own still has the family's tiers.
         */
        Map<String, ModelInfo> merged() {
            Map<String, ModelInfo> merged = new LinkedHashMap<>();
            models.forEach((name, info) ->
                    merged.put(name, (info.tiers().isEmpty() ? info.withTiers(all.tiers()) : info).mergedOver(all)));
            return merged;
        }
    }

    /** @param sameSeller whether the prices are those of the requested provider type */
    record Found(ModelInfo info, boolean sameSeller) {}

    private final Map<String, List<Entry>> exact = new HashMap<>();
    private final List<Entry> patterns = new ArrayList<>();

    private BuiltInModels(Map<String, ModelFamily> families) {
        for (ModelFamily family : families.values()) {
            family.merged().forEach((name, info) -> {
                Entry entry = new Entry(name, family.types(), family.toolTypes(), info);
                if (name.indexOf('*') >= 0) {
                    patterns.add(entry);
                } else {
                    exact.computeIfAbsent(name, n -> new ArrayList<>()).add(entry);
                    // Groq calls openai/gpt-oss-20b what others call gpt-oss-20b.
                    String bare = name.substring(name.lastIndexOf('/') + 1);
                    if (!bare.equals(name)) {
                        exact.computeIfAbsent(bare, n -> new ArrayList<>()).add(entry);
                    }
                }
            });
        }
    }

    static BuiltInModels read() {
        try (InputStream resource = BuiltInModels.class.getResourceAsStream(RESOURCE)) {
            return parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static BuiltInModels parse(String text) {
        return new BuiltInModels(families(text));
    }

    static Map<String, ModelFamily> families(String text) {
        Diagnostics diagnostics = new Diagnostics(RESOURCE);
        ScalarReader scalars =
                new ScalarReader(diagnostics, new Interpolation(name -> null), Path.of(""), new Revision(text));
        Map<String, ModelFamily> families = YamlText.compose(text, diagnostics)
                .map(root -> new RecordBinder(diagnostics, scalars).bindMap(ModelFamily.class, root))
                .orElse(Map.of());
        if (!diagnostics.clean()) {
            throw new IllegalStateException(diagnostics.errors().toString());
        }
        return families;
    }

    /** The best entry for the names, which are tried in order; null for none. */
    Found find(String type, Set<String> names) {
        for (String name : names) {
            for (Entry entry : exact.getOrDefault(name, List.of())) {
                if (entry.isOf(type)) {
                    return entry.at(type);
                }
            }
        }
        for (String name : names) {
            List<Entry> entries = exact.get(name);
            if (entries != null) {
                return entries.getFirst().at(type);
            }
        }
        Entry other = null;
        for (Entry entry : patterns) {
            if (names.stream().anyMatch(name -> ModelName.matches(entry.name, name))) {
                if (entry.isOf(type)) {
                    return entry.at(type);
                }
                other = other == null ? entry : other;
            }
        }
        return other == null ? null : other.at(type);
    }
}
