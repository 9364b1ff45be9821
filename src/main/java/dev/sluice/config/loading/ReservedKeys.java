package dev.sluice.config.loading;

import dev.sluice.config.LogConfig;
import dev.sluice.config.SluiceConfig;
import java.util.Map;
import java.util.Set;

/**
 * Names that the contract of the config file has and this version does not serve. They are errors like unknown names,
 * since accepting them silently would promise what does not happen, but they deserve a better message than "unknown".
 */
final class ReservedKeys {

    private static final Map<Class<?>, Set<String>> KEYS = Map.of(
            SluiceConfig.class, Set.of("cache", "cluster", "tracing"),
            LogConfig.class, Set.of("prompts"));

    private static final Set<String> PROVIDER_TYPES = Set.of("bedrock");

    private ReservedKeys() {}

    /** By the record that they would be components of. */
    static Map<Class<?>, Set<String>> keys() {
        return KEYS;
    }

    static boolean providerType(String name) {
        return PROVIDER_TYPES.contains(name);
    }
}
