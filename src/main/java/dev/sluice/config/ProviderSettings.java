package dev.sluice.config;

import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.Surface;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A provider with the catalogue's knowledge filled in: what a verticle needs to call it.
 *
 * @param name the prefix in {@code provider/model}
 * @param baseUrl without trailing slash; null for the simulator
 * @param basePath the path of {@code baseUrl}, without a slash at its end; often empty
 * @param quirks the catalogue's and the config's together
 * @param keys the pool; empty for servers that are run without a key
 * @param models what is known of models
 */
public record ProviderSettings(
        String name,
        ProviderType type,
        ProviderConfig config,
        String baseUrl,
        String basePath,
        Quirks quirks,
        List<ProviderConfig.ApiKey> keys,
        ModelCatalog models) {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /** As {@link #of(String, ProviderConfig, ModelCatalog)} with the built-in table of models alone. */
    public static ProviderSettings of(String name, ProviderConfig config) {
        return of(name, config, ModelCatalog.builtIn());
    }

    /** Only for a provider of a config that was accepted. */
    public static ProviderSettings of(String name, ProviderConfig config, ModelCatalog models) {
        ProviderType type = ProviderCatalog.builtIn().type(config.type());
        String url = config.baseUrl() == null ? type.baseUrl() : config.baseUrl();
        String base = url == null ? null : url.replaceFirst("/+$", "");
        return new ProviderSettings(
                name, type, config, base, path(base), type.quirks().plus(config.quirks()), config.apiKeys(), models);
    }

    /** The same provider at another place: the simulator's, which is known only once it listens. */
    public ProviderSettings withBaseUrl(String url) {
        return new ProviderSettings(name, type, config, url, path(url), quirks, keys, models);
    }

    public String host() {
        return URI.create(baseUrl).getHost();
    }

    public int port() {
        int port = URI.create(baseUrl).getPort();
        return port >= 0 ? port : tls() ? HTTPS : HTTP;
    }

    public boolean tls() {
        return baseUrl.startsWith("https:");
    }

    /** What the model is called in the body sent upstream: on Azure the deployment, elsewhere its own name. */
    public String upstreamModel(String model) {
        return config.deployments().getOrDefault(model, model);
    }

    /** The facts of a model of this provider, {@link ModelFacts#UNKNOWN} when there are none. */
    public ModelFacts facts(String model) {
        ModelFacts facts = models.facts(name, type.name(), model);
        // In this order: most have none, and comparing facts costs half a microsecond.
        if (config.deployments().isEmpty() || !facts.equals(ModelFacts.UNKNOWN)) {
            return facts;
        }
        // Either side of "deployments" may be the model's real name, and the deployment may be asked for itself.
        String known = config.deployments().get(model);
        for (Map.Entry<String, String> deployment : config.deployments().entrySet()) {
            known = known == null && model.equals(deployment.getValue()) ? deployment.getKey() : known;
        }
        return known == null ? facts : models.facts(name, type.name(), known);
    }

    /** As {@link #pathFor(String, String)}. */
    public String pathFor(Surface surface, String model) {
        return pathFor(surface.label(), model);
    }

    /**
     * The path and query on the provider's host, or null when it does not offer it.
     *
     * @param key as under {@code paths} in the catalogue
     */
    public String pathFor(String key, String model) {
        boolean dated = config.apiVersion() != null && !type.datedPaths().isEmpty();
        String path = (dated ? type.datedPaths() : type.paths()).get(key);
        if (path == null) {
            return null;
        }
        if (path.indexOf('{') < 0) {
            return basePath.isEmpty() ? path : basePath + path;
        }
        String filled = path.replace("{deployment}", segment(upstreamModel(model)))
                .replace("{model}", segment(upstreamModel(model)));
        return basePath + (config.apiVersion() == null ? filled : filled.replace("{api_version}", config.apiVersion()));
    }

    /** As {@link #pathFor(String, String)}, with the value of {@code {id}}. */
    public String pathFor(String key, String model, String id) {
        String path = pathFor(key, model);
        return path == null ? null : path.replace("{id}", segment(id));
    }

    private static String path(String baseUrl) {
        int host = baseUrl == null ? -1 : baseUrl.indexOf("://") + 3;
        int path = host < 0 ? -1 : baseUrl.indexOf('/', host);
        return path < 0 ? "" : baseUrl.substring(path);
    }

    /** One path segment, whatever is in it: Vert.x sends {@code /a/../b} as given, so dots alone are encoded too. */
    private static String segment(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        return encoded.chars().allMatch(c -> c == '.') ? encoded.replace(".", "%2E") : encoded;
    }
}
