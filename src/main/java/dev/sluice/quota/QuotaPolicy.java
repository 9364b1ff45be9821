package dev.sluice.quota;

import dev.sluice.config.BudgetConfig;
import dev.sluice.config.LimitsConfig;
import dev.sluice.config.ServerConfig.UnknownPrice;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.store.StoredTeam;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The configured limits and budgets of tiers, teams, routes and providers. Immutable: replaced as a whole when the
 * configuration or a team changes. Usage is kept elsewhere and unaffected.
 */
public record QuotaPolicy(
        Map<String, Allowed> tiers,
        Map<String, Allowed> teams,
        Map<String, Allowed> routes,
        Map<String, Allowed> providers,
        UnknownPrice unknownPrice) {

    /** No limits. */
    public static final QuotaPolicy OPEN = new QuotaPolicy(Map.of(), Map.of(), Map.of(), Map.of(), UnknownPrice.FLAG);

    /** @param budget or null */
    public record Allowed(Limits limits, Budget budget) {

        static final Allowed UNLIMITED = new Allowed(Limits.NONE, null);

        Allowed ratesOnly() {
            return new Allowed(
                    new Limits(limits.rpm(), limits.tpm(), limits.inputTpm(), limits.outputTpm(), 0), budget);
        }

        boolean limited() {
            return budget != null || !limits.unlimited();
        }
    }

    public QuotaPolicy {
        tiers = Map.copyOf(tiers);
        teams = Map.copyOf(teams);
        routes = Map.copyOf(routes);
        providers = Map.copyOf(providers);
    }

    /** @param stored teams of the store; a team of the same name in the file wins */
    public static QuotaPolicy of(SluiceConfig config, Collection<StoredTeam> stored) {
        Map<String, Allowed> tiers = new HashMap<>();
        config.tiers().forEach((name, tier) -> tiers.put(name, allowed(tier.limits(), tier.budget())));
        Map<String, Allowed> teams = new HashMap<>();
        stored.forEach(team -> teams.put(team.name(), new Allowed(team.limits(), team.budget())));
        config.teams().forEach((name, team) -> teams.put(name, allowed(team.limits(), team.budget())));
        Map<String, Allowed> routes = new HashMap<>();
        config.models().forEach((name, route) -> routes.put(name, allowed(route.limits(), null)));
        Map<String, Allowed> providers = new HashMap<>();
        // A provider's concurrency limit is held where its attempts run, with a queue (provider.admission).
        config.providers()
                .forEach((name, provider) ->
                        providers.put(name, allowed(provider.limits(), null).ratesOnly()));
        return new QuotaPolicy(tiers, teams, routes, providers, config.server().unknownPrice());
    }

    Allowed tier(String name) {
        return of(tiers, name);
    }

    Allowed team(String name) {
        return of(teams, name);
    }

    Allowed route(String name) {
        return of(routes, name);
    }

    Allowed provider(String name) {
        return of(providers, name);
    }

    private static Allowed of(Map<String, Allowed> allowed, String name) {
        return name == null ? Allowed.UNLIMITED : allowed.getOrDefault(name, Allowed.UNLIMITED);
    }

    private static Allowed allowed(LimitsConfig limits, BudgetConfig budget) {
        return new Allowed(limits == null ? Limits.NONE : limits.limits(), budget == null ? null : budget.budget());
    }
}
