package dev.sluice.config.loading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.Diagnostics;
import dev.sluice.binding.RecordBinder;
import dev.sluice.binding.RecordShape;
import dev.sluice.binding.Suggestion;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.catalog.Quirks;
import dev.sluice.config.LoopbackAddress;
import dev.sluice.config.ModelPatterns;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.SimulatorConfig;
import dev.sluice.model.ModelName;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules between the settings of one provider, and between them and its type. */
final class ProviderRules {

    static final String NAME = "[a-z0-9][a-z0-9_-]{0,63}";

    private static final Pattern NAMES = Pattern.compile(NAME);
    private static final Set<String> API_VERSION = Set.of("api_version");
    private static final Set<String> DEPLOYMENTS = Set.of("deployments");
    static final Set<String> HTTP_ONLY = Set.of("base_url", "api_keys", "headers", "pool", "quirks");
    private static final Set<String> SIMULATOR_ONLY =
            RecordShape.of(SimulatorConfig.class).keys().keySet();
    private static final int HIGHEST_PORT = 65535;
    private static final Pattern DOUBLED = Pattern.compile("/v\\d\\w*|/openai");

    private final Diagnostics diagnostics;
    private final ProviderCatalog catalog;

    ProviderRules(Diagnostics diagnostics, ProviderCatalog catalog) {
        this.diagnostics = diagnostics;
        this.catalog = catalog;
    }

    void check(String name, ProviderConfig provider) {
        String path = ConfigPath.child("providers", name);
        if (!NAMES.matcher(name).matches()) {
            diagnostics.error(
                    path, "not a provider name (expected: 1 to 64 of a-z, 0-9, _ and -, a letter or digit first)");
        }
        ModelPatterns.check(provider.models(), path + ".models", diagnostics);
        deployments(provider, path);
        apiKeys(provider.apiKeys(), path);
        defaults(provider.quirks(), path);
        if (provider.baseUrl() != null) {
            baseUrl(provider, path);
        }
        ProviderType type = type(provider.type(), path);
        if (type != null) {
            HeaderRules.check(provider.headers(), type.auth().header(), path + ".headers", diagnostics);
            ownKeys(type, path);
            missingBaseUrl(type, provider, path);
            if (provider.baseUrl() != null) {
                basePath(type, provider.baseUrl(), path + ".base_url");
            }
        }
    }

    private ProviderType type(String name, String path) {
        ProviderType type = name == null ? null : catalog.type(name);
        if (type == null && name != null) {
            String shown = diagnostics.quote(path + ".type");
            diagnostics.error(
                    path + ".type",
                    ReservedKeys.providerType(name)
                            ? shown + " is " + RecordBinder.RESERVED
                            : shown + " is not a provider type" + typeHint(name));
        }
        return type;
    }

    private String typeHint(String name) {
        String near = Suggestion.hint(name, catalog.names());
        return near.isEmpty() ? " (expected: " + String.join(", ", catalog.names()) + ")" : near;
    }

    private void ownKeys(ProviderType type, String path) {
        if (type.simulated()) {
            misplaced(HTTP_ONLY, path, "not read by type simulator");
        } else {
            misplaced(SIMULATOR_ONLY, path, "only for type simulator");
        }
        boolean deploys = !type.datedPaths().isEmpty();
        if (!deploys) {
            misplaced(DEPLOYMENTS, path, "only for type azure_openai");
        }
        if (!deploys && !type.versioned()) {
            misplaced(API_VERSION, path, "only for types azure_openai and anthropic");
        }
    }

    private void misplaced(Set<String> keys, String path, String message) {
        keys.stream()
                .map(key -> ConfigPath.child(path, key))
                .filter(diagnostics::present)
                .forEach(place -> diagnostics.error(place, message));
    }

    private void missingBaseUrl(ProviderType type, ProviderConfig provider, String path) {
        boolean needed = !type.simulated() && type.baseUrl() == null;
        if (needed && provider.enabled() != ProviderConfig.Enabled.FALSE && !diagnostics.present(path + ".base_url")) {
            diagnostics.error(path, "\"base_url\" is missing: type " + type.name() + " has no default");
        }
    }

    private void baseUrl(ProviderConfig provider, String path) {
        String place = path + ".base_url";
        URI url;
        try {
            url = new URI(provider.baseUrl());
        } catch (URISyntaxException broken) {
            url = null;
        }
        if (url == null || url.getHost() == null || url.getPort() > HIGHEST_PORT) {
            diagnostics.error(place, diagnostics.quote(place) + " (expected: an http or https URL with a host)");
        } else if ("http".equals(url.getScheme())
                && !LoopbackAddress.is(url.getHost())
                && !provider.apiKeys().isEmpty()) {
            diagnostics.warn(place, "the API key would be sent over http without encryption (expected: an https URL)");
        }
    }

    /** The path of base_url is often one segment too short or too long: providers document it in both ways. */
    private void basePath(ProviderType type, String baseUrl, String place) {
        String base = pathOf(baseUrl);
        String expected = type.baseUrl() == null ? "/v1" : pathOf(type.baseUrl());
        for (String path : type.paths().values()) {
            int end = path.indexOf('/', 1);
            String first = end < 0 ? "" : path.substring(0, end);
            if (DOUBLED.matcher(first).matches() && base.endsWith(first) || end > 0 && base.endsWith(path)) {
                String surplus = base.endsWith(path) ? path : first;
                diagnostics.warn(
                        place, "requests would go to " + base + path + " (expected: a URL without " + surplus + ")");
                return;
            }
        }
        String chat = type.paths().getOrDefault("chat", type.paths().get("generate"));
        if (base.isEmpty() && !expected.isEmpty() && chat != null && !chat.contains(expected + "/")) {
            diagnostics.warn(
                    place,
                    "requests would go to " + chat + " (expected, usually: a URL that ends in " + expected + ")");
        }
    }

    /** Without slashes at the end; empty for an invalid URL, which is reported elsewhere. */
    private static String pathOf(String url) {
        try {
            String path = new URI(url).getPath();
            return path == null ? "" : path.replaceFirst("/+$", "");
        } catch (URISyntaxException broken) {
            return "";
        }
    }

    private void deployments(ProviderConfig provider, String path) {
        provider.deployments().forEach((model, deployment) -> {
            String place = ConfigPath.child(path + ".deployments", model);
            if (!ModelName.isValid(model) || deployment != null && !ModelName.isValid(deployment)) {
                diagnostics.error(place, "invalid model or deployment name (expected: " + ModelPatterns.EXPECTED + ")");
            }
        });
    }

    private void apiKeys(List<ProviderConfig.ApiKey> keys, String path) {
        for (int i = 0; i < keys.size(); i++) {
            ProviderConfig.ApiKey key = keys.get(i);
            if (key != null
                    && key.key() != null
                    && !HeaderRules.isValue(key.key().reveal())) {
                diagnostics.error(
                        ConfigPath.item(path + ".api_keys", i) + ".key",
                        "the key has a character that is not allowed in a header, perhaps a line break (expected: the"
                                + " key only)");
            }
        }
    }

    private void defaults(Quirks quirks, String path) {
        quirks.defaults().forEach((parameter, value) -> {
            if (value != null && !isJson(value)) {
                String place = ConfigPath.child(path + ".quirks.defaults", parameter);
                diagnostics.error(
                        place,
                        diagnostics.quote(place)
                                + " (expected: a JSON value; a string needs its own quotes: '\"text\"')");
            }
        });
    }

    private static boolean isJson(String text) {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException broken) {
            return false;
        }
    }
}
