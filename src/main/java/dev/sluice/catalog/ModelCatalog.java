package dev.sluice.catalog;

import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.ModelName;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The facts known of models. The configuration takes precedence over the user's price map, and that over the built-in
 * table. Immutable and thread-safe.
 */
public final class ModelCatalog {

    /** The most cached lookups: clients choose the names. */
    private static final int MAX_CACHED = 2000;

    private static final ModelCatalog BUILT_IN = new ModelCatalog(Map.of(), Map.of(), Map.of());

    private final Map<String, ModelInfo> configured;
    private final Map<String, ModelInfo> priceMap;
    /** Factors of prices by the provider's name; without those that are 1. */
    private final Map<String, Double> factors;

    private final Map<CacheKey, ModelFacts> cache = new ConcurrentHashMap<>();

    private ModelCatalog(
            Map<String, ModelInfo> configured, Map<String, ModelInfo> priceMap, Map<String, Double> factors) {
        this.configured = new LinkedHashMap<>(configured);
        this.priceMap = Map.copyOf(priceMap);
        this.factors = Map.copyOf(factors);
    }

    /** A catalog of the built-in table only. */
    public static ModelCatalog builtIn() {
        return BUILT_IN;
    }

    /**
     * Reads the built-in table, which takes about 0.1 s, unless it was read before. Must not be called on an event
     * loop.
     */
    public static void warmUp() {
        BUILT_IN.facts("", "", "");
    }

    /**
     * @param configured the facts in the configuration, by {@code provider/model}, by model, or by a pattern of either
     * @param priceMap the facts in the price map, by {@code type/model}
     * @param factors what the prices of tokens are multiplied by, by the provider's name; not those in the
     *     configuration
     */
    public static ModelCatalog of(
            Map<String, ModelInfo> configured, Map<String, ModelInfo> priceMap, Map<String, Double> factors) {
        return configured.isEmpty() && priceMap.isEmpty() && factors.isEmpty()
                ? BUILT_IN
                : new ModelCatalog(configured, priceMap, factors);
    }

    /** A catalog without factors. */
    public static ModelCatalog of(Map<String, ModelInfo> configured, Map<String, ModelInfo> priceMap) {
        return of(configured, priceMap, Map.of());
    }

    /**
     * The facts known of a model at a provider type, else those known of its name. A name alone does not determine
     * prices, since another seller may charge others.
     *
     * @param provider the provider's name in the config
     * @param type its type in the catalog of providers
     * @return {@link ModelFacts#UNKNOWN} when nothing is known
     */
    public ModelFacts facts(String provider, String type, String model) {
        CacheKey key = new CacheKey(provider, type, model);
        ModelFacts known = cache.get(key);
        if (known == null) {
            known = multiplied(find(provider, type, model), provider, model);
            if (cache.size() < MAX_CACHED) {
                cache.put(key, known);
            }
        }
        return known;
    }

    private record CacheKey(String provider, String type, String model) {}

    private ModelFacts find(String provider, String type, String model) {
        Set<String> names = ModelNameVariants.of(model);
        ModelInfo ofConfig = configured(provider, model);
        ModelInfo ofPriceMap = ofPriceMap(type, names);
        BuiltInModels.Found builtIn = BuiltInHolder.MODELS.find(type, names);
        ModelInfo ofUser = ofConfig.mergedOver(ofPriceMap);
        ProviderType seller = ProviderCatalog.builtIn().type(type);
        boolean free = seller != null && seller.pricing().free();
        if (builtIn == null) {
            return ofUser.equals(ModelInfo.NOTHING) && !free
                    ? ModelFacts.UNKNOWN
                    : priced(ofUser.facts(), ofUser, seller, model, true);
        }
        ModelFacts facts = ofUser.mergedOver(builtIn.info()).facts();
        if (seller == null || !seller.variant().toolsNeedResponses()) {
            Set<Trait> traits = new HashSet<>(facts.traits());
            traits.remove(Trait.TOOLS_NEED_RESPONSES);
            facts = facts.withTraits(Set.copyOf(traits));
        }
        return priced(facts, ofUser, seller, model, builtIn.sameSeller());
    }

    /** @param ofUser the entries of configuration and price map: their prices apply at every provider */
    private static ModelFacts priced(
            ModelFacts facts, ModelInfo ofUser, ProviderType type, String model, boolean sameSeller) {
        if (ofUser.input() != null || ofUser.output() != null) {
            return facts;
        }
        if (type != null && type.pricing().free()) {
            return facts.withPrices(ModelPrices.FREE);
        }
        String variant = type != null && type.pricing().variants() ? ModelNameVariants.variant(model) : "";
        return switch (variant) {
            case "free" -> facts.withPrices(ModelPrices.FREE);
            case "batch" -> facts.withPrices(ModelPrices.UNKNOWN);
            default -> sameSeller ? facts : facts.withPrices(ModelPrices.UNKNOWN);
        };
    }

    private ModelFacts multiplied(ModelFacts facts, String provider, String model) {
        Double factor = factors.get(provider);
        if (factor == null) {
            return facts;
        }
        ModelInfo ofConfig = configured(provider, model);
        boolean asConfigured = ofConfig.input() != null || ofConfig.output() != null;
        return asConfigured ? facts : facts.withPrices(facts.prices().times(factor));
    }

    private ModelInfo configured(String provider, String model) {
        String full = provider + '/' + model;
        for (String exact : new String[] {full, model}) {
            ModelInfo info = configured.get(exact);
            if (info != null) {
                return info;
            }
        }
        for (Map.Entry<String, ModelInfo> entry : configured.entrySet()) {
            if (ModelName.matches(entry.getKey(), full) || ModelName.matches(entry.getKey(), model)) {
                return entry.getValue();
            }
        }
        return ModelInfo.NOTHING;
    }

    private ModelInfo ofPriceMap(String type, Set<String> names) {
        for (String name : names) {
            ModelInfo info = priceMap.get(type + '/' + name);
            if (info != null) {
                return info;
            }
        }
        return ModelInfo.NOTHING;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelCatalog that
                && configured.equals(that.configured)
                && priceMap.equals(that.priceMap)
                && factors.equals(that.factors);
    }

    @Override
    public int hashCode() {
        return Objects.hash(configured, priceMap, factors);
    }

    @Override
    public String toString() {
        return "models: " + configured.size() + " of the config, " + priceMap.size() + " of a price map";
    }

    /** Loads the table on first use. */
    private static final class BuiltInHolder {

        static final BuiltInModels MODELS = BuiltInModels.read();
    }
}
