package dev.sluice.bench.proxy;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.bench.upstream.Mode;
import dev.sluice.binding.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The configuration that is measured: callers prove a key, names are routes with a fallback target, metrics are counted
 * and every request is logged, all as by default. Only the pool is wider than the default, because the load is, and the
 * store is on only where it is measured: a run at full load would leave gigabytes of ledger behind.
 */
public final class SluiceSettings {

    static final String KEY_ID = "bench";

    private static final Secret PEPPER = new Secret("pepper-of-the-benchmark");

    /** More than any run uses; the limits are looked at all the same. */
    private static final String PLENTY = "limits: { rpm: 1000000000, tpm: 2000000000, concurrency: 100000 }";

    private SluiceSettings() {}

    /**
     * What is on.
     *
     * @param route names are routes with a fallback target; else callers name provider and model
     * @param tenants what is held against callers and kept of them
     * @param routeMore more members of each route, each with a comma behind it
     */
    public record Features(
            boolean auth, boolean metrics, boolean log, boolean route, Tenants tenants, String routeMore) {
        public static final Features NONE = new Features(false, false, false, false);
        public static final Features ALL = new Features(true, true, true, true);

        public Features(boolean auth, boolean metrics, boolean log, boolean route) {
            this(auth, metrics, log, route, Tenants.FREE, "");
        }

        public static Features with(Tenants tenants) {
            return new Features(true, true, true, true, tenants, "");
        }

        public static Features with(String routeMore) {
            return new Features(true, true, true, true, Tenants.FREE, routeMore);
        }
    }

    /** What is held against callers and kept of them; each step has all before it. */
    public enum Tenants {
        /** A key of the file, and nothing counted. */
        FREE,
        /** Requests and tokens a minute and requests at once, of the key's tier and of its team. */
        LIMITS,
        /** Hard budgets of both. */
        BUDGETS,
        /** A row of each attempt, through the journal into SQLite. */
        LEDGER,
        /** The key comes from the store. */
        STORED_KEY;

        boolean has(Tenants step) {
            return compareTo(step) >= 0;
        }
    }

    static KeyGenerator.GeneratedKey mint() {
        return new KeyGenerator().generate(KEY_ID, "bench", List.of(), PEPPER);
    }

    /** The route whose provider answers in a mode. */
    public static String model(Mode mode) {
        return "bench-" + name(mode);
    }

    /** The same provider's model without a route. */
    static String unrouted(Mode mode) {
        return name(mode) + "/gpt-4o-mini";
    }

    /**
     * @param directory where the store is, if it is on
     * @param storeNamed false for a Sluice from before there was a store
     * @param more lines at the end of {@code providers}, indented by two
     */
    static String yaml(
            int upstream,
            KeyGenerator.GeneratedKey key,
            Features features,
            Path directory,
            boolean storeNamed,
            String more) {
        StringBuilder providers = new StringBuilder();
        StringBuilder models = new StringBuilder();
        for (Mode mode : Mode.values()) {
            String provider = name(mode);
            boolean crowded = mode == Mode.CROWDED;
            if (crowded && !storeNamed) {
                continue;
            }
            for (String name : List.of(provider, provider + "-spare")) {
                providers.append("  %s: { type: openai_compatible, base_url: \"http://127.0.0.1:%d%s\", "
                        .formatted(name, upstream, mode.prefix()));
                providers.append(
                        "api_keys: [ { key: sk-bench } ], %spool: { max_connections: 16000, max_queue: 8000 } }\n"
                                .formatted(crowded ? "concurrency: { adaptive: true }, " : ""));
            }
            // Who is refused by a full provider would go to the other target: the crowd has one only.
            models.append("  %s: { %stargets: [ { provider: %s, model: gpt-4o-mini }%s ] }\n"
                    .formatted(
                            model(mode),
                            features.routeMore,
                            provider,
                            crowded ? "" : ", { provider: " + provider + "-spare, model: gpt-4o }"));
        }
        return """
            server: { host: 127.0.0.1, port: 0, admin: { port: 0 } }
            providers:
            %s%smetrics: { enabled: %s }
            log: { access: %s }
            %s%s%s%s\
            """.formatted(
                        providers,
                        more,
                        features.metrics,
                        features.log,
                        features.route ? "models:\n" + models : "",
                        features.auth ? auth(key, features.tenants) : "",
                        features.auth ? tenants(features.tenants) : "",
                        storeNamed ? store(features.tenants, directory) : "");
    }

    /** Where the store is that {@link Tenants#LEDGER} turns on. */
    static Path database(Path directory) {
        return directory.resolve("store").resolve("sluice.db");
    }

    private static String name(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static String auth(KeyGenerator.GeneratedKey key, Tenants tenants) {
        if (tenants.has(Tenants.STORED_KEY)) {
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
                        tenants.has(Tenants.LIMITS) ? ", tier: bench" : "");
    }

    private static String tenants(Tenants tenants) {
        if (!tenants.has(Tenants.LIMITS)) {
            return "";
        }
        String terms =
                PLENTY + (tenants.has(Tenants.BUDGETS) ? ", budget: { usd: 1000000, period: month, hard: true }" : "");
        return """
            tiers: { bench: { %1$s } }
            teams: { bench: { %1$s } }
            model_info: { "gpt-*": { input: 0.15, output: 0.6, cache_read: 0.075, max_output: 16384 } }
            """.formatted(terms);
    }

    private static String store(Tenants tenants, Path directory) {
        return tenants.has(Tenants.LEDGER)
                ? "store: { url: \"sqlite:%s\" }\n"
                        .formatted(database(directory).toAbsolutePath())
                : "store: { enabled: false }\n";
    }
}
