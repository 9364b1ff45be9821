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
 * Where the admin listener reads, and whom it asks. Suppliers are called on its event loop for each request, and must
 * answer at once.
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
     * @param history what became of the file since the start, the newest first
     * @param effective the configuration that serves, as YAML, secrets masked
     * @param reload reads the file now; completes with the status after it
     * @param propose what would become of a text if it were the file
     */
    public record Configs(
            Supplier<ConfigStatus> status,
            Supplier<List<ConfigHistoryEntry>> history,
            Supplier<String> effective,
            Supplier<Future<ConfigStatus>> reload,
            Function<String, Future<ConfigCheck>> propose) {}

    /** @param check makes a free call to a provider; null for one that is not there */
    public record Providers(
            Supplier<List<ProviderStatus>> all,
            Function<String, Future<HealthCheckQuery.Result>> check,
            ProviderSwitches switches) {}

    /** @param plan of a request for a model that needs nothing; null when nothing has that name */
    public record Routes(Supplier<Map<String, RouteConfig>> all, Function<String, RoutePlan> plan) {}
}
