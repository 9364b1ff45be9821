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
 * What Sluice knows of models: the config's word first, then the user's price map, then the built-in table. Immutable
 * and safe for any thread.
 */
public final class ModelCatalog {

    /** Clients choose the names, so the cache is bounded. */
    private static final int REMEMBERED = 2000;

    private static final ModelCatalog ALONE = new ModelCatalog(Map.of(), Map.of());

    private final Map<String, ModelInfo> own;
    private final Map<String, ModelInfo> priceMap;
    private final Map<Asked, ModelFacts> found = new ConcurrentHashMap<>();

    private ModelCatalog(Map<String, ModelInfo> own, Map<String, ModelInfo> priceMap) {
        this.own = new LinkedHashMap<>(own);
        this.priceMap = Map.copyOf(priceMap);
    }

    /** The built-in table alone. */
    public static ModelCatalog builtIn() {
        return ALONE;
    }

    /**
     * Reads the built-in table, which takes some 0.1 s, unless that has been done. From any thread but an event loop.
     */
    public static void warmUp() {
        ALONE.facts("", "", "");
    }

    /**
     * @param own the config's: {@code provider/model}, a model, or a pattern of either to what is known
     * @param priceMap the price map's: {@code type/model} and, for the maker's own models, the model alone
     */
    public static ModelCatalog of(Map<String, ModelInfo> own, Map<String, ModelInfo> priceMap) {
        return own.isEmpty() && priceMap.isEmpty() ? ALONE : new ModelCatalog(own, priceMap);
    }

    /**
     * What is known of a model: by what this type of provider says of it, else by its name alone. By the name alone its
     * prices are not known, since another seller may ask what he likes.
     *
     * @param provider the provider's name in the config
     * @param type its type in the catalogue of providers
     * @return {@link ModelFacts#UNKNOWN} when nothing is
     */
    public ModelFacts facts(String provider, String type, String model) {
        Asked key = new Asked(provider, type, model);
        ModelFacts known = found.get(key);
        if (known == null) {
            known = find(provider, type, model);
            if (found.size() < REMEMBERED) {
                found.put(key, known);
            }
        }
        return known;
    }

    private record Asked(String provider, String type, String model) {}

    private ModelFacts find(String provider, String type, String model) {
        Set<String> names = ModelNameVariants.of(model);
        ModelInfo said = own(provider, model);
        ModelInfo mapped = mapped(type, names);
        BuiltInModels.Found builtIn = BuiltIn.MODELS.find(type, names);
        ModelInfo above = said.over(mapped);
        ProviderType seller = ProviderCatalog.builtIn().type(type);
        boolean free = seller != null && seller.pricing().free();
        if (builtIn == null) {
            return above.equals(ModelInfo.NOTHING) && !free
                    ? ModelFacts.UNKNOWN
                    : priced(above.facts(), above, seller, model, true);
        }
        ModelFacts facts = above.over(builtIn.info()).facts();
        if (seller == null || !seller.variant().toolsNeedResponses()) {
            Set<Trait> traits = new HashSet<>(facts.traits());
            traits.remove(Trait.TOOLS_NEED_RESPONSES);
            facts = facts.withTraits(Set.copyOf(traits));
        }
        return priced(facts, above, seller, model, builtIn.sameSeller());
    }

    /** @param above the operator's own entries: their prices apply at every provider */
    private static ModelFacts priced(
            ModelFacts facts, ModelInfo above, ProviderType type, String model, boolean sameSeller) {
        if (above.input() != null || above.output() != null) {
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

    private ModelInfo own(String provider, String model) {
        String full = provider + '/' + model;
        for (String exact : new String[] {full, model}) {
            ModelInfo info = own.get(exact);
            if (info != null) {
                return info;
            }
        }
        for (Map.Entry<String, ModelInfo> entry : own.entrySet()) {
            if (ModelName.matches(entry.getKey(), full) || ModelName.matches(entry.getKey(), model)) {
                return entry.getValue();
            }
        }
        return ModelInfo.NOTHING;
    }

    private ModelInfo mapped(String type, Set<String> names) {
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
        return other instanceof ModelCatalog that && own.equals(that.own) && priceMap.equals(that.priceMap);
    }

    @Override
    public int hashCode() {
        return Objects.hash(own, priceMap);
    }

    @Override
    public String toString() {
        return "models: " + own.size() + " of the config, " + priceMap.size() + " of a price map";
    }

    /** Read once, when first asked for. */
    private static final class BuiltIn {

        static final BuiltInModels MODELS = BuiltInModels.read();
    }
}
