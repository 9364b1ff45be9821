package dev.sluice.config.loading;

import dev.sluice.binding.ByteSize;
import dev.sluice.binding.RecordShape;
import dev.sluice.binding.Redaction;
import dev.sluice.binding.ScalarKind;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.config.AlertsConfig;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.SluiceConfig;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The printer of the effective configuration as YAML: with every default, in order of declaration, secrets masked. The
 * loader accepts the output. Empty lists and maps, and keys that the provider's type does not read, are left out.
 */
public final class ConfigPrinter {

    /** Text that needs no quotes in any version of YAML. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*|[0-9]+(ms|[smhd]|[KMG]iB)");

    private static final Pattern SPECIAL = Pattern.compile("(?i)null|true|false|yes|no|on|off|y|n");

    private final StringBuilder out = new StringBuilder();

    private ConfigPrinter() {}

    public static String print(SluiceConfig config) {
        return new ConfigPrinter().written(config);
    }

    /** One record of a configuration, for comparisons: records that differ in secrets only have the same text. */
    static String fragment(Object record) {
        ConfigPrinter printer = new ConfigPrinter();
        printer.fields(record, 0);
        return printer.out.toString();
    }

    private String written(SluiceConfig config) {
        fields(config, 0);
        return out.toString();
    }

    private void fields(Object record, int depth) {
        for (RecordShape.Field field : RecordShape.of(record.getClass()).fields()) {
            Object value = field.of(record);
            if (field.flat()) {
                if (!(record instanceof ProviderConfig provider) || simulated(provider)) {
                    fields(value, depth);
                }
            } else if (!absent(value) && !unread(record, field.name())) {
                Object shown = record instanceof AlertsConfig ? Redaction.origin((String) value) : value;
                entry(field.name(), field.type(), shown, depth);
            }
        }
    }

    private void entry(String name, Type type, Object value, int depth) {
        indent(depth).append(quoted(name)).append(':');
        switch (value) {
            case Map<?, ?> map -> {
                out.append('\n');
                map.forEach((key, child) ->
                        entry((String) key, RecordShape.element(type), masked(name, (String) key, child), depth + 1));
            }
            case List<?> list -> list(list, RecordShape.element(type), depth + 1);
            case ByteSize size -> out.append(' ').append(scalar(size, type)).append('\n');
            case Record record -> {
                out.append('\n');
                fields(record, depth + 1);
            }
            default -> out.append(' ').append(scalar(value, type)).append('\n');
        }
    }

    private void list(List<?> items, Type type, int depth) {
        out.append('\n');
        for (Object item : items) {
            if (item instanceof Record record) {
                int start = out.length();
                fields(record, depth + 1);
                // The first key follows the dash; the others are already aligned with it.
                out.replace(start + 2 * depth, start + 2 * depth + 2, "- ");
            } else {
                indent(depth).append("- ").append(scalar(item, type)).append('\n');
            }
        }
    }

    private static String scalar(Object value, Type type) {
        ScalarKind kind = ScalarKind.of((Class<?>) type);
        return switch (kind) {
            case TEXT -> value(Redaction.url((String) value));
            case SECRET -> value(kind.write(value));
            case WHOLE, FRACTION, FLAG, DURATION, SIZE, CHOICE -> kind.write(value);
        };
    }

    private static Object masked(String map, String key, Object value) {
        return map.equals("headers") && Redaction.secretHeader(key) ? Redaction.MASK : value;
    }

    /** Keys that hold a default but would be refused in the file of a simulator. */
    private static boolean unread(Object record, String name) {
        return record instanceof ProviderConfig provider
                && simulated(provider)
                && ProviderRules.HTTP_ONLY.contains(name);
    }

    private static boolean simulated(ProviderConfig provider) {
        ProviderType type = ProviderCatalog.builtIn().type(provider.type());
        return type != null && type.simulated();
    }

    /** A record without values is left out, too: its key would be read back as empty. */
    private static boolean absent(Object value) {
        return switch (value) {
            case null -> true;
            case Map<?, ?> map -> map.isEmpty();
            case List<?> list -> list.isEmpty();
            case ByteSize size -> false;
            case Record record ->
                RecordShape.of(record.getClass()).fields().stream().allMatch(field -> absent(field.of(record)));
            default -> false;
        };
    }

    /** Dollars are doubled in values, where the loader would otherwise look for variables; keys are read literally. */
    private static String value(String text) {
        return quoted(text.replace("$", "$$"));
    }

    private static String quoted(String text) {
        if (PLAIN.matcher(text).matches() && !SPECIAL.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append((char) c);
                default -> {
                    if (c < ' ' || c > '~') {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.append((char) c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private StringBuilder indent(int depth) {
        return out.append("  ".repeat(depth));
    }
}
