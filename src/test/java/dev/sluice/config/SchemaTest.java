package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.config.loading.SchemaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The schema that editors read says what the loader does. */
class SchemaTest {

    private static final Set<String> CHOSEN_BELOW = Set.of(
            ".providers",
            ".models",
            ".model_info",
            ".providers.deployments",
            ".providers.headers",
            ".providers.quirks.rename",
            ".providers.quirks.defaults",
            ".tiers",
            ".teams",
            ".models.sanitize.patterns");

    @Test
    void the_committed_schema_is_that_of_the_records() {
        assertThat(Configs.resource("/sluice.schema.json"))
                .as("src/main/resources/sluice.schema.json; the right text is the expected one below")
                .isEqualTo(SchemaWriter.schema());
    }

    @Test
    void has_exactly_the_keys_that_the_loader_accepts() throws IOException {
        // full.yaml is accepted (FullMappingTest), so each of its keys is; the other way round it must leave none out.
        Set<String> accepted = new TreeSet<>();
        collect(
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Configs.resource("/config/full.yaml")),
                "",
                accepted);

        assertThat(propertiesOf(SchemaWriter.schema())).isEqualTo(accepted);
    }

    @Test
    void is_what_the_default_config_points_at() throws IOException {
        String first = Files.readAllLines(Path.of("conf/sluice.yaml")).getFirst();

        assertThat(first).isEqualTo("# yaml-language-server: $schema=../src/main/resources/sluice.schema.json");
    }

    /** Key paths, with list items and the names that users choose left out. */
    private static void collect(Object value, String path, Set<String> keys) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> {
                String childPath = path + "." + key;
                keys.add(childPath);
                if (CHOSEN_BELOW.contains(childPath)) {
                    ((Map<?, ?>) child).values().forEach(named -> collect(named, childPath, keys));
                } else {
                    collect(child, childPath, keys);
                }
            });
        } else if (value instanceof List<?> list) {
            list.forEach(item -> collect(item, path, keys));
        }
    }

    /** A key is what stands directly below {@code properties}. */
    private static Set<String> propertiesOf(String schema) throws IOException {
        Set<String> keys = new TreeSet<>();
        try (JsonParser parser = new JsonFactory().createParser(schema)) {
            parser.nextToken();
            walk(parser, "", false, keys);
        }
        return keys;
    }

    private static void walk(JsonParser parser, String path, boolean properties, Set<String> keys) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String child = properties ? path + "." + name : path;
            if (properties) {
                keys.add(child);
            }
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                walk(parser, child, !properties && name.equals("properties"), keys);
            } else {
                parser.skipChildren();
            }
        }
    }
}
