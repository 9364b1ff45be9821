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
 * The effective settings of one provider: its configuration, completed from the catalog.
 *
 * @param name the prefix in {@code provider/model}
 * @param baseUrl without trailing slash; null for the simulator
 * @param basePath the path of {@code baseUrl}, without a slash at its end; often empty
 * @param quirks those of the catalog and of the configuration, merged
 * @param reasoningQuirks those for models that reason
 * @param keys the pool; empty for servers that are run without a key
 * @param models the catalog of models
 */
public record ProviderSettings(
        String name,
        ProviderType type,
        ProviderConfig config,
        String baseUrl,
        String basePath,
        Quirks quirks,
        Quirks reasoningQuirks,
        List<ProviderConfig.ApiKey> keys,
        ModelCatalog models) {

    /** OpenAI's reasoning models refuse {@code max_tokens}, which many clients still send. */
    private static final Quirks COMPLETION_TOKENS = new Quirks(
            Map.of("max_tokens", "max_completion_tokens"), List.of(), Map.of(), Quirks.StreamUsage.ASK, false);

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /** As {@link #of(String, ProviderConfig, ModelCatalog)} with the built-in table of models alone. */
    public static ProviderSettings of(String name, ProviderConfig config) {
        return of(name, config, ModelCatalog.builtIn());
    }

    /** @param config of a provider in an accepted configuration */
    public static ProviderSettings of(String name, ProviderConfig config, ModelCatalog models) {
        ProviderType type = ProviderCatalog.builtIn().type(config.type());
        String url = config.baseUrl() == null ? type.baseUrl() : config.baseUrl();
        String base = url == null ? null : url.replaceFirst("/+$", "");
        Quirks quirks = type.quirks().plus(config.quirks());
        Quirks reasoning = type.variant().maxCompletionTokens()
                ? type.quirks().plus(COMPLETION_TOKENS).plus(config.quirks())
                : quirks;
        return new ProviderSettings(name, type, config, base, path(base), quirks, reasoning, config.apiKeys(), models);
    }

    /** The same provider at another base URL. That of the simulator is known only once it listens. */
    public ProviderSettings withBaseUrl(String url) {
        return new ProviderSettings(name, type, config, url, path(url), quirks, reasoningQuirks, keys, models);
    }

    /** The settings for callers that may not use every model of the provider; the same when they need no others. */
    public ProviderSettings withoutRouting() {
        Quirks restricted = quirks.withoutRouting();
        return restricted == quirks
                ? this
                : new ProviderSettings(
                        name,
                        type,
                        config,
                        baseUrl,
                        basePath,
                        restricted,
                        reasoningQuirks.withoutRouting(),
                        keys,
                        models);
    }

    public Quirks quirks(ModelFacts facts) {
        return facts.has(ModelFacts.Trait.REASONING) ? reasoningQuirks : quirks;
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

    /** The name of the model in the upstream body: on Azure the deployment, elsewhere the model's own name. */
    public String upstreamModel(String model) {
        return config.deployments().getOrDefault(model, model);
    }

    /** The facts of a model of this provider, or {@link ModelFacts#UNKNOWN}. */
    public ModelFacts facts(String model) {
        ModelFacts facts = models.facts(name, type.name(), model);
        // In this order: most providers have no deployments, and comparing facts takes half a microsecond.
        if (config.deployments().isEmpty() || !facts.equals(ModelFacts.UNKNOWN)) {
            return facts;
        }
        // Either side of "deployments" may be the model's real name, and a request may name the deployment itself.
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
     * The path and query on the provider's host, or null if the provider does not offer it.
     *
     * @param key as under {@code paths} in the catalog
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

    /**
     * The path of a request that costs nothing and that the provider accepts only with a valid key; null where there is
     * none. This is the model list, unless the catalog names another.
     */
    public String keyCheckPath() {
        String check = pathFor("key_check", "");
        return check == null ? pathFor(Surface.MODELS, "") : check;
    }

    private static String path(String baseUrl) {
        int host = baseUrl == null ? -1 : baseUrl.indexOf("://") + 3;
        int path = host < 0 ? -1 : baseUrl.indexOf('/', host);
        return path < 0 ? "" : baseUrl.substring(path);
    }

    /** Encodes a path segment. Vert.x sends {@code /a/../b} as given, so a segment of dots only is encoded, too. */
    private static String segment(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        return encoded.chars().allMatch(c -> c == '.') ? encoded.replace(".", "%2E") : encoded;
    }
}
