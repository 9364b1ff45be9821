package dev.sluice.bench.proxy;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.bench.upstream.Mode;
import dev.sluice.binding.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The configuration of the Sluice under test: callers present a virtual key, models are routes with a fallback target,
 * metrics and the access log are on. Two settings differ from the defaults: the connection pool is larger, because the
 * load is, and the store is on only where it is measured, because a run at full load would write gigabytes of ledger.
 */
public final class SluiceSettings {

    static final String KEY_ID = "bench";

    private static final Secret PEPPER = new Secret("pepper-of-the-benchmark");

    /** Higher than any run reaches; the limits are still checked. */
    private static final String HIGH_LIMITS = "limits: { rpm: 1000000000, tpm: 2000000000, concurrency: 100000 }";

    private SluiceSettings() {}

    /**
     * The features that are enabled.
     *
     * @param route models are routes with a fallback target; otherwise callers name provider and model
     * @param tenancy the checks and records per caller
     * @param routeOptions further members of each route, each followed by a comma
     */
    public record Features(
            boolean auth, boolean metrics, boolean log, boolean route, Tenancy tenancy, String routeOptions) {
        public static final Features NONE = new Features(false, false, false, false);
        public static final Features ALL = new Features(true, true, true, true);

        public Features(boolean auth, boolean metrics, boolean log, boolean route) {
            this(auth, metrics, log, route, Tenancy.UNLIMITED, "");
        }

        public static Features with(Tenancy tenants) {
            return new Features(true, true, true, true, tenants, "");
        }

        public static Features with(String routeMore) {
            return new Features(true, true, true, true, Tenancy.UNLIMITED, routeMore);
        }
    }

    /** The checks and records per caller. Each level includes those before it. */
    public enum Tenancy {
        /** A key from the configuration file, without limits. */
        UNLIMITED,
        /** Requests and tokens per minute and concurrency, for the key's tier and for its team. */
        LIMITS,
        /** Hard budgets for both. */
        BUDGETS,
        /** One ledger row per attempt, through the journal into SQLite. */
        LEDGER,
        /** The key is in the store instead of the file. */
        STORED_KEY;

        boolean includes(Tenancy level) {
            return compareTo(level) >= 0;
        }
    }

    static KeyGenerator.GeneratedKey generateKey() {
        return new KeyGenerator().generate(KEY_ID, "bench", List.of(), PEPPER);
    }

    /** The route to the provider of a mode. */
    public static String model(Mode mode) {
        return "bench-" + name(mode);
    }

    /** The same provider's model without a route. */
    static String unrouted(Mode mode) {
        return name(mode) + "/gpt-4o-mini";
    }

    /**
     * @param directory directory of the store, if it is enabled
     * @param supportsStore false for a version that has no store
     * @param moreProviders lines at the end of {@code providers}, indented by two
     */
    static String yaml(
            int upstream,
            KeyGenerator.GeneratedKey key,
            Features features,
            Path directory,
            boolean supportsStore,
            String moreProviders) {
        StringBuilder providers = new StringBuilder();
        StringBuilder models = new StringBuilder();
        for (Mode mode : Mode.values()) {
            String provider = name(mode);
            boolean saturated = mode == Mode.SATURATED;
            if (saturated && !supportsStore) {
                continue;
            }
            for (String name : List.of(provider, provider + "-spare")) {
                providers.append("  %s: { type: openai_compatible, base_url: \"http://127.0.0.1:%d%s\", "
                        .formatted(name, upstream, mode.prefix()));
                providers.append(
                        "api_keys: [ { key: sk-bench } ], %spool: { max_connections: 16000, max_queue: 8000 } }\n"
                                .formatted(saturated ? "concurrency: { adaptive: true }, " : ""));
            }
            // A request rejected by a saturated provider would fail over, so that this route has one target only.
            models.append("  %s: { %stargets: [ { provider: %s, model: gpt-4o-mini }%s ] }\n"
                    .formatted(
                            model(mode),
                            features.routeOptions,
                            provider,
                            saturated ? "" : ", { provider: " + provider + "-spare, model: gpt-4o }"));
        }
        return """
            server: { host: 127.0.0.1, port: 0, admin: { port: 0 } }
            providers:
            %s%smetrics: { enabled: %s }
            log: { access: %s }
            %s%s%s%s\
            """.formatted(
                        providers,
                        moreProviders,
                        features.metrics,
                        features.log,
                        features.route ? "models:\n" + models : "",
                        features.auth ? auth(key, features.tenancy) : "",
                        features.auth ? tenants(features.tenancy) : "",
                        supportsStore ? store(features.tenancy, directory) : "");
    }

    /** The database of the store that {@link Tenancy#LEDGER} enables. */
    static Path database(Path directory) {
        return directory.resolve("store").resolve("sluice.db");
    }

    private static String name(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static String auth(KeyGenerator.GeneratedKey key, Tenancy tenants) {
        if (tenants.includes(Tenancy.STORED_KEY)) {
            return "auth: { pepper: %s, required: true }\n".formatted(PEPPER.reveal());
        }
        return """
            auth:
              pepper: %s
              keys: [ { id: %s, hash: "%s", team: bench%s } ]
            """.formatted(
                        PEPPER.reveal(),
                        key.stanza().id(),
                        key.stanza().hash(),
                        tenants.includes(Tenancy.LIMITS) ? ", tier: bench" : "");
    }

    private static String tenants(Tenancy tenants) {
        if (!tenants.includes(Tenancy.LIMITS)) {
            return "";
        }
        String limits = HIGH_LIMITS
                + (tenants.includes(Tenancy.BUDGETS) ? ", budget: { usd: 1000000, period: month, hard: true }" : "");
        return """
            tiers: { bench: { %1$s } }
            teams: { bench: { %1$s } }
            model_info: { "gpt-*": { input: 0.15, output: 0.6, cache_read: 0.075, max_output: 16384 } }
            """.formatted(limits);
    }

    private static String store(Tenancy tenants, Path directory) {
        return tenants.includes(Tenancy.LEDGER)
                ? "store: { url: \"sqlite:%s\" }\n"
                        .formatted(database(directory).toAbsolutePath())
                : "store: { enabled: false }\n";
    }
}
