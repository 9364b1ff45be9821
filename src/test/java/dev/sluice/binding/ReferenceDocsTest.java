package dev.sluice.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.catalog.Quirks;
import dev.sluice.config.SluiceConfig;
import dev.sluice.testkit.MarkedPage;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference pages say what the records and the catalogue say: they are written from them. */
class ReferenceDocsTest {

    @Test
    void the_configuration_reference_is_that_of_the_records() throws IOException {
        assertCommitted("configuration.md", configuration());
    }

    @Test
    void the_provider_reference_is_that_of_the_catalogue() throws IOException {
        String committed = Files.readString(Path.of("src/docs/providers.md"));

        assertCommitted("providers.md", MarkedPage.replaced(providers(), MarkedPage.between(committed)));
    }

    /** On a difference the right text lies in {@code target/docs}, to be copied over. */
    private static void assertCommitted(String page, String expected) throws IOException {
        Path made = Path.of("target/docs", page);
        Files.createDirectories(made.getParent());
        Files.writeString(made, expected);
        assertThat(Path.of("src/docs", page))
                .as("cp %s src/docs/%s", made, page)
                .hasContent(expected);
    }

    private static String configuration() {
        StringBuilder page = new StringBuilder("""
            # Configuration

            Every key of the YAML file, written from the config records (`ReferenceDocsTest`); the same facts are in the JSON Schema
            (`sluice config --schema`). A file with only `providers` is valid.

            Durations are `250ms`, `30s`, `5m`, `2h`, `1d`; sizes `512`, `64KiB`, `20MiB`, `1GiB`. Any value may name the environment:
            `${VAR}`, `${VAR:-default}`, `${VAR:?what to do about it}`; `$$` is a dollar. A secret may also be `file:/path`. `<name>` stands
            for a name of your choice, `[]` for each item of a list.

            A key that this version does not serve is an error, also one that a later version will: nothing is accepted silently.

            | key | default | what it is |
            |---|---|---|
            """);
        keys(RecordShape.of(SluiceConfig.class), "", page);
        return page.toString();
    }

    private static void keys(RecordShape shape, String prefix, StringBuilder page) {
        shape.keys().forEach((name, field) -> {
            String path = prefix + name;
            page.append("| `")
                    .append(path)
                    .append("` | ")
                    .append(fallback(field.key()))
                    .append(" | ")
                    .append(cell(field))
                    .append(" |\n");
            below(field.type(), path, page);
        });
    }

    private static void below(Type type, String path, StringBuilder page) {
        if (RecordShape.isRecord(type) && ScalarKind.of((Class<?>) type) == null) {
            keys(RecordShape.of(type), path + ".", page);
        } else if (RecordShape.isMap(type)) {
            below(RecordShape.element(type), path + ".<name>", page);
        } else if (RecordShape.isList(type)) {
            below(RecordShape.element(type), path + "[]", page);
        }
    }

    private static String fallback(Key key) {
        if (key.required()) {
            return "required";
        }
        return key.or().isEmpty() ? "" : "`" + key.or() + "`";
    }

    private static String cell(RecordShape.Field field) {
        List<String> parts = new ArrayList<>();
        parts.add(field.key().value().replace("|", "\\|"));
        if (field.type() instanceof Class<?> type && type.isEnum()) {
            parts.add(Arrays.stream(type.getEnumConstants())
                    .map(each -> "`" + each.toString().toLowerCase(Locale.ROOT) + "`")
                    .collect(Collectors.joining(", ", "One of ", ".")));
        }
        if (Double.isFinite(field.key().min()) && Double.isFinite(field.key().max())) {
            parts.add("From " + written(field, field.key().min()) + " to "
                    + written(field, field.key().max()) + ".");
        }
        if (!field.key().expected().isEmpty()) {
            parts.add("Expected: " + field.key().expected().replace("|", "\\|") + ".");
        }
        return String.join(" ", parts);
    }

    private static String written(RecordShape.Field field, double bound) {
        String unit = field.type() == java.time.Duration.class ? " ms" : field.type() == ByteSize.class ? " bytes" : "";
        return (bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound)) + unit;
    }

    private static String providers() {
        StringBuilder page = new StringBuilder("""
            # Providers

            What `type` may be, written from the catalogue (`src/main/resources/catalog.yaml`, `ReferenceDocsTest`). Adding a provider that
            speaks OpenAI's format is a stanza there and no Java; for one that is not listed use `openai_compatible` with a `base_url`.
            Base URLs, key headers and quirks are from the providers' public documentation as of November 2026; each can be overridden in
            the config.

            """);
        for (String name : new TreeSet<>(ProviderCatalog.builtIn().names())) {
            ProviderType type = ProviderCatalog.builtIn().type(name);
            page.append("## ").append(type.name()).append("\n\n");
            row(page, "base URL", type.baseUrl() == null ? "to be given" : "`" + type.baseUrl() + "`");
            row(page, "key", key(type));
            if (!type.dialects().equals(List.of("openai-chat"))) {
                row(page, "formats", code(type.dialects()));
            }
            row(page, "paths", paths(type.paths()));
            if (!type.datedPaths().isEmpty()) {
                row(page, "with `api_version`", paths(type.datedPaths()));
            }
            if (!type.surfaces().isEmpty()) {
                row(
                        page,
                        "translated",
                        type.surfaces().entrySet().stream()
                                .map(each -> each.getKey() + " as `" + each.getValue() + "`")
                                .collect(Collectors.joining(", ")));
            }
            if (!type.forwardHeaders().isEmpty()) {
                row(page, "client headers passed on", code(type.forwardHeaders()));
            }
            quirks(page, type.quirks());
            page.append('\n');
        }
        return page.append("""
            ## What passes

            Asked by OpenAI's and Anthropic's own Java clients through a running Sluice, before stand-ins of the providers that refuse
            what the real ones refuse. `ok`: passed as asked, whole and streamed alike. `receipt`: left out or changed, and named in
            `x-sluice-dropped`. `refused`: a 400 that names the field, because without it the answer would mean something else. `-`: not
            offered by the provider, or not in the words of the API. Empty: offered, but no stand-in has it. `yaml-alone` is a provider
            of no type that Sluice knows, configured by `openai_compatible` and quirks.

            """).toString();
    }

    private static String key(ProviderType type) {
        if (type.simulated()) {
            return "none";
        }
        String where = "`" + type.auth().header() + ": "
                + (type.auth().scheme().isEmpty() ? "" : type.auth().scheme() + " ") + "KEY`";
        String env = type.env().isEmpty() ? "" : ", from " + code(type.env());
        return where + env + (type.keyRequired() ? "" : "; not required");
    }

    private static void quirks(StringBuilder page, Quirks quirks) {
        if (!quirks.rename().isEmpty()) {
            row(
                    page,
                    "renamed",
                    quirks.rename().entrySet().stream()
                            .map(each -> "`" + each.getKey() + "` to `" + each.getValue() + "`")
                            .collect(Collectors.joining(", ")));
        }
        if (!quirks.drop().isEmpty()) {
            row(page, "dropped, with a receipt", code(quirks.drop()));
        }
        if (!quirks.defaults().isEmpty()) {
            row(
                    page,
                    "added",
                    code(quirks.defaults().entrySet().stream()
                            .map(Map.Entry::toString)
                            .toList()));
        }
        if (quirks.streamUsage() == Quirks.StreamUsage.ALWAYS) {
            row(page, "usage in streams", "comes unasked");
        }
        if (quirks.reasoningOutside()) {
            row(page, "usage", "`completion_tokens` leaves reasoning out; Sluice's own figures add it");
        }
        if (quirks.translate()) {
            row(page, "chat", "written anew, also for clients of the same format: `quirks.translate`");
        }
        if (quirks.cacheOutside()) {
            row(page, "usage", "prompt tokens leave cached ones out; Sluice's own figures add them");
        }
    }

    private static String paths(Map<String, String> paths) {
        return paths.entrySet().stream()
                .map(each -> each.getKey() + " `" + each.getValue() + "`")
                .collect(Collectors.joining(", "));
    }

    private static String code(List<String> words) {
        return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
    }

    private static void row(StringBuilder page, String what, String value) {
        page.append("- ").append(what).append(": ").append(value).append('\n');
    }
}
