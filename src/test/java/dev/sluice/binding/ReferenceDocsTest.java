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
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference pages are generated from the config records and the catalog. */
class ReferenceDocsTest {

    private static final Map<String, Long> DURATION_UNITS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private static final Map<String, Long> SIZE_UNITS =
            Map.of("", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    @Test
    void theConfigurationReferenceIsThatOfTheRecords() throws IOException {
        assertCommitted("configuration.md", configuration());
    }

    @Test
    void theProviderReferenceIsThatOfTheCatalog() throws IOException {
        String committed = Files.readString(Path.of("src/docs/providers.md"));

        String generated = MarkedPage.replace(providers(), MarkedPage.between(committed));
        assertCommitted("providers.md", generated + MarkedPage.after(committed));
    }

    /** If the page differs, the expected text is written to {@code target/docs}, to be copied over. */
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

            <!-- Generated from the records in dev.sluice.config; contributing.md tells how. -->

            Sluice reads one YAML file. A file with only `providers` is valid. This page lists every key with its default and its
            range. `./launcher.sh config --schema` prints the same as a JSON Schema, `./launcher.sh check` validates a file.

            | notation | meaning |
            |---|---|
            | `250ms`, `30s`, `5m`, `2h`, `1d`, `0` | a duration |
            | `512`, `64KiB`, `20MiB`, `1GiB` | a size in bytes |
            | `${VAR}`, `${VAR:-default}`, `${VAR:?what to do about it}` | an environment variable, allowed in every value; `$$` is a dollar sign |
            | `file:/path` | a secret may also be read from a file |
            | `<name>` | a name of your choice |
            | `[]` | each item of a list |

            **Unknown keys are errors,** including keys of later versions. Sluice never ignores a key silently.

            """);
        RecordShape.of(SluiceConfig.class).keys().forEach((name, field) -> {
            page.append("## ").append(name).append("\n\n").append(cell(field)).append("\n\n");
            page.append("| key | default | description |\n|---|---|---|\n");
            below(field.type(), name, (shape, prefix) -> keys(shape, prefix, page));
            page.append('\n');
        });
        page.append("""
            ## Former names

            Sluice still reads these names until version %s, and prints a warning that names the line.

            | former name | current name |
            |---|---|
            """.formatted(FormerKeys.REMOVED_IN));
        formerKeys(RecordShape.of(SluiceConfig.class), "", page);
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
            below(field.type(), path, (nested, below) -> keys(nested, below, page));
        });
    }

    private static void formerKeys(RecordShape shape, String prefix, StringBuilder page) {
        shape.formerKeys()
                .forEach((name, current) -> page.append("| `")
                        .append(prefix)
                        .append(name)
                        .append("` | ")
                        .append(
                                current.noEffect() == null
                                        ? "`" + prefix + current.path() + "`"
                                        : "removed: " + current.noEffect())
                        .append(" |\n"));
        shape.keys().forEach((name, field) -> {
            if (field.type() instanceof Class<?> type && type.isEnum()) {
                ScalarKind.formerChoices(type)
                        .forEach((former, current) -> page.append("| `")
                                .append(prefix + name + ": " + former)
                                .append("` | `")
                                .append(prefix + name + ": " + current)
                                .append("` |\n"));
            }
            below(field.type(), prefix + name, (nested, below) -> formerKeys(nested, below, page));
        });
    }

    /** Visits the records directly below a key, each with the prefix of its own keys. */
    private static void below(Type type, String path, BiConsumer<RecordShape, String> visitor) {
        if (RecordShape.isRecord(type) && ScalarKind.of((Class<?>) type) == null) {
            visitor.accept(RecordShape.of(type), path + ".");
        } else if (RecordShape.isMap(type)) {
            below(RecordShape.element(type), path + ".<name>", visitor);
        } else if (RecordShape.isList(type)) {
            below(RecordShape.element(type), path + "[]", visitor);
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
            parts.add(values(type, "One of "));
        }
        if (RecordShape.isList(field.type())
                && RecordShape.element(field.type()) instanceof Class<?> type
                && type.isEnum()) {
            parts.add(values(type, "Any of "));
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

    private static String values(Class<?> type, String prefix) {
        return Arrays.stream(type.getEnumConstants())
                .map(each -> "`" + each.toString().toLowerCase(Locale.ROOT) + "`")
                .collect(Collectors.joining(", ", prefix, "."));
    }

    private static String written(RecordShape.Field field, double bound) {
        if (field.type() == java.time.Duration.class) {
            return inLargestUnit((long) bound, DURATION_UNITS);
        }
        if (field.type() == ByteSize.class) {
            return inLargestUnit((long) bound, SIZE_UNITS);
        }
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    /** In the largest unit that divides the value. */
    private static String inLargestUnit(long value, Map<String, Long> units) {
        return units.entrySet().stream()
                .filter(unit -> value != 0 && value % unit.getValue() == 0)
                .max(Map.Entry.comparingByValue())
                .map(unit -> "`" + value / unit.getValue() + unit.getKey() + "`")
                .orElse("`0`");
    }

    private static String providers() {
        StringBuilder page = new StringBuilder("""
            # Providers

            <!-- Generated from catalog.yaml, by the contract suite and by real clients; contributing.md tells how. -->

            This page lists the values of `providers.<name>.type`, each with its base URL, API key, wire formats, paths and quirks. Use
            `openai_compatible` with a `base_url` for a provider that is not listed. Base URLs, key headers and quirks come from the
            providers' public documentation as of November 2026. In the configuration you can replace the base
            URL, and add quirks and headers.

            [What works](#what-works) shows which features pass through each provider, and [Real clients](#real-clients) what client
            libraries of several languages see.

            """);
        for (String name : new TreeSet<>(ProviderCatalog.builtIn().names())) {
            ProviderType type = ProviderCatalog.builtIn().type(name);
            page.append("## ").append(type.name()).append("\n\n");
            row(
                    page,
                    "base URL",
                    type.baseUrl() == null ? "required in the configuration" : "`" + type.baseUrl() + "`");
            row(page, "key", key(type));
            if (!type.protocols().equals(List.of("openai-chat"))) {
                row(page, "formats", code(type.protocols()));
            }
            row(page, "paths", paths(type.paths()));
            if (!type.datedPaths().isEmpty()) {
                row(page, "with `api_version`", paths(type.datedPaths()));
            }
            if (!type.surfaces().isEmpty()) {
                row(
                        page,
                        "other wire formats",
                        type.surfaces().entrySet().stream()
                                .map(each -> each.getKey() + " `" + each.getValue() + "`")
                                .collect(Collectors.joining(", ")));
            }
            if (!type.surfaceDrops().isEmpty()) {
                row(
                        page,
                        "dropped by endpoint",
                        type.surfaceDrops().entrySet().stream()
                                .map(each -> each.getKey() + " " + code(each.getValue()))
                                .collect(Collectors.joining("; ")));
            }
            if (!type.forwardHeaders().isEmpty()) {
                row(page, "client headers forwarded", code(type.forwardHeaders()));
            }
            quirks(page, type.quirks());
            page.append('\n');
        }
        return page.append("""
            ## What works

            The tables show the results of OpenAI's and Anthropic's own Java clients, run through Sluice against stand-ins of the
            providers. The stand-ins refuse what the real providers refuse. Streamed and non-streamed requests give the same results.

            | cell | meaning |
            |---|---|
            | `ok` | works as requested |
            | `dropped` | the parameter was removed or changed; `x-sluice-dropped` names it |
            | `refused` | 400, naming the field, because the response would mean something else without it |
            | `-` | not offered by the provider, or not part of the client's API |
            | empty | offered, but there is no stand-in to test it with |

            `yaml-alone` is a provider without a type of its own: `openai_compatible` with `quirks`.

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
            row(page, "dropped, and named in `x-sluice-dropped`", code(quirks.drop()));
        }
        if (!quirks.routing().isEmpty()) {
            row(page, "dropped for keys that may not use every model (`quirks.routing`)", code(quirks.routing()));
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
            row(page, "usage in streams", "sent without being requested");
        }
        if (quirks.reasoningOutside()) {
            row(page, "usage", "`completion_tokens` excludes reasoning tokens; Sluice adds them to its own figures");
        }
        if (quirks.translate()) {
            row(page, "chat", "re-encoded even for clients of the same format (`quirks.translate`)");
        }
        if (quirks.cacheOutside()) {
            row(page, "usage", "prompt tokens exclude cached tokens; Sluice adds them to its own figures");
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
