package dev.sluice.bench.proxy;

import dev.sluice.auth.KeyMint;
import dev.sluice.bench.upstream.Mode;
import dev.sluice.config.Secret;
import java.util.List;
import java.util.Locale;

/**
 * The configuration that is measured: callers prove a key, names are routes with a fallback target, metrics are counted
 * and every request is logged, all as by default. Only the pool is wider than the default, because the load is.
 */
public final class SluiceSettings {

    private static final Secret PEPPER = new Secret("pepper-of-the-benchmark");

    private SluiceSettings() {}

    /**
     * What is on.
     *
     * @param route names are routes with a fallback target; else callers name provider and model
     */
    public record Features(boolean auth, boolean metrics, boolean log, boolean route) {
        public static final Features NONE = new Features(false, false, false, false);
        public static final Features ALL = new Features(true, true, true, true);
    }

    static KeyMint.MintedKey mint() {
        return new KeyMint().mint("bench", "bench", List.of(), PEPPER);
    }

    /** The route whose provider answers in a mode. */
    public static String model(Mode mode) {
        return "bench-" + mode.name().toLowerCase(Locale.ROOT);
    }

    /** The same provider's model without a route. */
    static String unrouted(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT) + "/gpt-4o-mini";
    }

    /** @param more lines at the end of {@code providers}, indented by two */
    static String yaml(int upstream, KeyMint.MintedKey key, Features features, String more) {
        StringBuilder providers = new StringBuilder();
        StringBuilder models = new StringBuilder();
        for (Mode mode : Mode.values()) {
            String provider = mode.name().toLowerCase(Locale.ROOT);
            for (String name : List.of(provider, provider + "-spare")) {
                providers.append("  %s: { type: openai_compatible, base_url: \"http://127.0.0.1:%d%s\", "
                        .formatted(name, upstream, mode.prefix()));
                providers.append(
                        "api_keys: [ { key: sk-bench } ], pool: { max_connections: 16000, max_queue: 8000 } }\n");
            }
            models.append(
                    "  %s: { targets: [ { provider: %s, model: gpt-4o-mini }, { provider: %s-spare, model: gpt-4o } ] }\n"
                            .formatted(model(mode), provider, provider));
        }
        return """
            server: { host: 127.0.0.1, port: 0, admin: { port: 0 } }
            providers:
            %s%smetrics: { enabled: %s }
            log: { access: %s }
            %s%s\
            """.formatted(
                        providers,
                        more,
                        features.metrics,
                        features.log,
                        features.route ? "models:\n" + models : "",
                        features.auth ? auth(key) : "");
    }

    private static String auth(KeyMint.MintedKey key) {
        return """
            auth:
              pepper: %s
              keys: [ { id: %s, hash: "%s", team: bench } ]
            """.formatted(PEPPER.reveal(), key.stanza().id(), key.stanza().hash());
    }
}
