package dev.sluice.admin;

import dev.sluice.bus.ProviderCheck;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.RouteConfig;
import dev.sluice.model.ProviderStatus;
import dev.sluice.model.ProviderSwitches;
import dev.sluice.model.Readiness;
import dev.sluice.observe.Metrics;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where the admin listener reads. Suppliers are called on its event loop for each request, and must answer at once.
 *
 * @param effectiveConfig the configuration that serves, as YAML, secrets masked
 * @param check makes a free call to a provider; null for one that is not there
 * @param reload reads the file now; completes with the status after it
 */
public record AdminSources(
        Supplier<ConfigStatus> config,
        Supplier<String> effectiveConfig,
        Supplier<Future<ConfigStatus>> reload,
        Supplier<List<ProviderStatus>> providers,
        Function<String, Future<ProviderCheck.Result>> check,
        ProviderSwitches switches,
        Supplier<Map<String, RouteConfig>> routes,
        Supplier<Readiness> readiness,
        Metrics metrics) {}
