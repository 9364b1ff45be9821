package dev.sluice.admin;

import dev.sluice.auth.AdminAccess;
import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.config.ConfigHistoryEntry;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.loading.ConfigCheck;
import dev.sluice.model.ProviderStatus;
import dev.sluice.model.ProviderSwitches;
import dev.sluice.model.Readiness;
import dev.sluice.observe.Metrics;
import dev.sluice.route.RoutePlan;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The services and data that the admin listener uses. Suppliers are called on its event loop for each request and must
 * not block.
 */
public record AdminSources(
        Configs config,
        Providers providers,
        Routes routes,
        TenantSources tenants,
        AdminAccess access,
        Supplier<Readiness> readiness,
        Metrics metrics) {

    /**
     * The config file.
     *
     * @param history the outcomes of loading the file since the start, newest first
     * @param effective the active configuration as YAML, with secrets masked
     * @param reload reads the file now; completes with the status after it
     * @param check checks a text as if it were the file
     */
    public record Configs(
            Supplier<ConfigStatus> status,
            Supplier<List<ConfigHistoryEntry>> history,
            Supplier<String> effective,
            Supplier<Future<ConfigStatus>> reload,
            Function<String, Future<ConfigCheck>> check) {}

    /** @param check makes a free call to a provider; returns null for an unknown one */
    public record Providers(
            Supplier<List<ProviderStatus>> all,
            Function<String, Future<HealthCheckQuery.Result>> check,
            ProviderSwitches switches) {}

    /** @param plan of a plain request for a model; null for an unknown one */
    public record Routes(Supplier<Map<String, RouteConfig>> all, Function<String, RoutePlan> plan) {}
}
