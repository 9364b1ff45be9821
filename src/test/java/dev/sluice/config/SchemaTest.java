package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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

/** The JSON Schema that editors read accepts the keys that the loader accepts. */
class SchemaTest {

    private static final Set<String> CHOSEN_BELOW = Set.of(
            ".providers",
            ".models",
            ".model_info",
            ".model_info.modes",
            ".model_info.tool_calls",
            ".providers.deployments",
            ".providers.headers",
            ".providers.quirks.rename",
            ".providers.quirks.defaults",
            ".tiers",
            ".teams",
            ".models.sanitize.patterns");

    @Test
    void theCommittedSchemaMatchesTheRecords() throws IOException {
        Path made = Path.of("target/docs/sluice.schema.json");
        Files.createDirectories(made.getParent());
        Files.writeString(made, SchemaWriter.schema());

        assertThat(Configs.resource("/sluice.schema.json"))
                .as("cp %s src/main/resources/sluice.schema.json", made)
                .isEqualTo(SchemaWriter.schema());
    }

    @Test
    void theSchemaHasExactlyTheKeysThatTheLoaderAccepts() throws IOException {
        // Both files are accepted (ConfigKeysReachTheirRecordsTest, FormerKeysTest), so each of their keys is.
        // Conversely, together
        // they must leave no key of the schema out.
        Set<String> accepted = new TreeSet<>();
        for (String file : List.of("/config/full.yaml", "/config/former-names.yaml")) {
            collect(new Yaml(new SafeConstructor(new LoaderOptions())).load(Configs.resource(file)), "", accepted);
        }

        assertThat(propertiesOf(SchemaWriter.schema())).isEqualTo(accepted);
    }

    @Test
    void theDefaultConfigNamesTheSchemaFile() throws IOException {
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

    /** A key is a direct member of {@code properties}. */
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
