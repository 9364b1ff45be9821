package dev.sluice.config.loading;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.ConfigProblem;
import dev.sluice.binding.Diagnostics;
import dev.sluice.binding.Interpolation;
import dev.sluice.binding.Revision;
import dev.sluice.binding.Secret;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.config.ProviderConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The decision which providers of a file are enabled. {@code enabled: auto} allows one file for every machine: a
 * provider whose key is not in this environment is disabled, without an error.
 *
 * @param on the enabled providers, with resolved keys
 * @param off the disabled providers, with the reason
 */
record EnabledProviders(Map<String, ProviderConfig> on, Map<String, String> off) {

    static EnabledProviders of(
            Map<String, ProviderConfig> providers,
            ProviderCatalog catalog,
            Interpolation environment,
            Diagnostics diagnostics,
            Revision revision) {
        Map<String, ProviderConfig> on = new LinkedHashMap<>();
        Map<String, String> off = new LinkedHashMap<>();
        providers.forEach((name, declared) -> {
            String path = ConfigPath.child("providers", name);
            ProviderConfig provider = withUsualKey(declared, catalog, environment, path, diagnostics);
            provider.apiKeys().stream()
                    .map(ProviderConfig.ApiKey::key)
                    .filter(Objects::nonNull)
                    .forEach(key -> revision.add(key.reveal()));
            List<ConfigProblem> missing = diagnostics.removeMissing(path);
            if (provider.enabled() == ProviderConfig.Enabled.FALSE) {
                off.put(name, "enabled: false");
            } else if (provider.enabled() == ProviderConfig.Enabled.AUTO && !missing.isEmpty()) {
                off.put(name, reason(missing));
            } else {
                diagnostics.reportMissing(missing);
                on.put(name, provider);
            }
        });
        return new EnabledProviders(Collections.unmodifiableMap(on), Collections.unmodifiableMap(off));
    }

    /** A provider without keys in the file gets the key in the usual variable of its type. */
    private static ProviderConfig withUsualKey(
            ProviderConfig provider,
            ProviderCatalog catalog,
            Interpolation environment,
            String path,
            Diagnostics diagnostics) {
        ProviderType type = provider.type() == null ? null : catalog.type(provider.type());
        if (type == null || !provider.apiKeys().isEmpty()) {
            return provider;
        }
        List<ProviderConfig.ApiKey> usual = type.env().stream()
                .map(environment::environment)
                .filter(value -> value != null && !value.isEmpty())
                .limit(1)
                .map(value -> new ProviderConfig.ApiKey(new Secret(value), 1))
                .toList();
        if (usual.isEmpty() && type.keyRequired()) {
            String wanted =
                    type.env().isEmpty() ? "api_keys is empty" : String.join(" or ", type.env()) + " is not set";
            diagnostics.missing(path + ".api_keys", wanted);
        }
        return provider.withApiKeys(usual);
    }

    private static String reason(List<ConfigProblem> missing) {
        return missing.stream().map(ConfigProblem::message).distinct().collect(Collectors.joining(", "));
    }
}
