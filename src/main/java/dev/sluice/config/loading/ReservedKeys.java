package dev.sluice.config.loading;

import dev.sluice.config.LogConfig;
import dev.sluice.config.SluiceConfig;
import java.util.Map;
import java.util.Set;

/**
 * The reserved names of the config file: keys and provider types that are planned but not supported by this version.
 * Like unknown names they are errors, but with a message of their own.
 */
final class ReservedKeys {

    private static final Map<Class<?>, Set<String>> KEYS = Map.of(
            SluiceConfig.class, Set.of("cache", "cluster", "tracing"),
            LogConfig.class, Set.of("prompts"));

    private static final Set<String> PROVIDER_TYPES = Set.of("bedrock");

    private ReservedKeys() {}

    /** The reserved keys by the record that they belong to. */
    static Map<Class<?>, Set<String>> keys() {
        return KEYS;
    }

    static boolean providerType(String name) {
        return PROVIDER_TYPES.contains(name);
    }
}
