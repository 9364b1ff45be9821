package dev.sluice.config.loading;

import dev.sluice.config.ProviderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The difference of the providers of two configurations. A pure function. */
public final class ConfigDiff {

    /** One provider's change. */
    public sealed interface Change {
        record Add(String provider, ProviderConfig config) implements Change {}

        record Replace(String provider, ProviderConfig before, ProviderConfig config) implements Change {}

        record Remove(String provider) implements Change {}
    }

    private ConfigDiff() {}

    /** @param sameRest false if a setting has changed on which every provider depends */
    public static List<Change> between(
            Map<String, ProviderConfig> before, Map<String, ProviderConfig> after, boolean sameRest) {
        List<Change> changes = new ArrayList<>();
        after.forEach((name, config) -> {
            ProviderConfig old = before.get(name);
            if (old == null) {
                changes.add(new Change.Add(name, config));
            } else if (!sameRest || !old.equals(config)) {
                changes.add(new Change.Replace(name, old, config));
            }
        });
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> changes.add(new Change.Remove(name)));
        return changes;
    }
}
