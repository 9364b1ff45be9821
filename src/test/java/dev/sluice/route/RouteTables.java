package dev.sluice.route;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.ProviderHealth;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Route tables from YAML. */
final class RouteTables {

    private RouteTables() {}

    static SluiceConfig config(String yaml) {
        LoadedConfig loaded = ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        if (loaded instanceof LoadedConfig.Ok ok) {
            return ok.config();
        }
        throw new IllegalArgumentException(loaded.toString());
    }

    /** Every provider runs as the generation given. */
    static RouteTable table(String yaml, long generation) {
        SluiceConfig config = config(yaml);
        Map<String, Long> generations = new HashMap<>();
        config.providers().keySet().forEach(name -> generations.put(name, generation));
        return new RouteTable(config, generations);
    }

    static RouteTable table(String yaml, Map<String, ? extends ProviderHealth> healths) {
        SluiceConfig config = config(yaml);
        Map<String, Long> generations = new HashMap<>();
        config.providers().keySet().forEach(name -> generations.put(name, 1L));
        return new RouteTable(config, generations, healths);
    }

    static ConfigSnapshot serving(String yaml, long generation) {
        return new ConfigSnapshot(config(yaml), "r" + generation, table(yaml, generation));
    }
}
