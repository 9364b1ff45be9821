package dev.sluice.http.models;

import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Surface;
import dev.sluice.protocol.models.ModelEntry;
import dev.sluice.protocol.models.ServedSurfaces;
import dev.sluice.route.ConfigSnapshot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The merged list of models: the routes of the config, the models that it names, and the providers' own lists. Facts of
 * the catalog take precedence over a provider's, because costs are computed from them.
 */
final class AvailableModels {

    private final ConfigSnapshot snapshot;
    private final SluiceConfig config;
    private final Map<String, ProviderSettings> providers = new HashMap<>();
    private final Map<String, Map<String, ListedModel>> lists = new HashMap<>();

    /** @param listed the list of each provider that has one */
    AvailableModels(ConfigSnapshot snapshot, Map<String, List<ListedModel>> listed) {
        this.snapshot = snapshot;
        this.config = snapshot.config();
        config.providers()
                .forEach(
                        (name, provider) -> providers.put(name, ProviderSettings.of(name, provider, config.catalog())));
        listed.forEach((provider, models) -> {
            Map<String, ListedModel> byId = new LinkedHashMap<>();
            models.forEach(model -> byId.putIfAbsent(model.id(), model));
            lists.put(provider, byId);
        });
    }

    /** Routes first, then each provider's models, those named in the config before the rest. */
    List<ModelEntry> all() {
        Map<String, ModelEntry> entries = new LinkedHashMap<>();
        config.models().forEach((name, route) -> {
            if (snapshot.routes().routeOf(name) != null) {
                entries.put(name, route(name, route));
            }
        });
        for (String provider : config.providers().keySet()) {
            Set<String> models = new LinkedHashSet<>(snapshot.routes().listedModels(provider));
            models.addAll(list(provider).keySet());
            for (String model : models) {
                String id = provider + "/" + model;
                if (!entries.containsKey(id) && snapshot.routes().hasPlan(id)) {
                    entries.put(id, direct(id, provider, model));
                }
            }
        }
        return List.copyOf(entries.values());
    }

    /** A model that may be requested but is not listed. The routes know its name. */
    ModelEntry unlisted(String id) {
        RouteConfig route = snapshot.routes().routeOf(id);
        if (route != null) {
            return route(id, route);
        }
        String qualified = snapshot.routes().qualified(id);
        int slash = qualified.indexOf('/');
        return direct(id, qualified.substring(0, slash), qualified.substring(slash + 1));
    }

    private ModelEntry direct(String id, String provider, String model) {
        ListedModel known = known(provider, model);
        String name = known.name() == null ? model : known.name();
        return new ModelEntry(
                id,
                name,
                provider,
                known.created(),
                known.deprecated(),
                known.facts(),
                ServedSurfaces.of(providers.get(provider), known));
    }

    private ListedModel known(String provider, String model) {
        ListedModel listed = list(provider).get(model);
        ModelFacts facts = providers.get(provider).facts(model);
        return listed == null
                ? ListedModel.unlisted(model, facts)
                : new ListedModel(
                        model,
                        listed.name(),
                        listed.created(),
                        listed.deprecated(),
                        facts.or(listed.facts()),
                        listed.surfaces());
    }

    private Map<String, ListedModel> list(String provider) {
        return lists.getOrDefault(provider, Map.of());
    }

    /** The facts that hold for every target: the lowest of their limits, and the price if all have the same. */
    private ModelEntry route(String name, RouteConfig route) {
        List<ModelFacts> facts = new ArrayList<>();
        Set<Surface> surfaces = EnumSet.noneOf(Surface.class);
        for (RouteConfig.TargetConfig target : route.targets()) {
            ListedModel known = known(target.provider(), target.model());
            facts.add(known.facts());
            surfaces.addAll(ServedSurfaces.of(providers.get(target.provider()), known));
        }
        boolean onePrice = facts.stream().map(ModelFacts::prices).distinct().count() == 1;
        ModelFacts common = new ModelFacts(
                least(facts, ModelFacts::contextTokens),
                least(facts, ModelFacts::maxOutputTokens),
                Set.of(),
                common(facts.stream().map(ModelFacts::inputs).toList()),
                common(facts.stream().map(ModelFacts::outputs).toList()),
                onePrice ? facts.getFirst().prices() : ModelPrices.UNKNOWN);
        return new ModelEntry(name, name, "sluice", 0, false, common, surfaces);
    }

    /** Unknown (0) if it is unknown for one. */
    private static long least(List<ModelFacts> facts, ToLongFunction<ModelFacts> limit) {
        return facts.stream().mapToLong(limit).min().orElse(0);
    }

    private static Set<Modality> common(List<Set<Modality>> each) {
        Set<Modality> common = EnumSet.allOf(Modality.class);
        each.forEach(common::retainAll);
        return common;
    }
}
