package dev.sluice.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ModelFacts.Modality;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a price map in the format of models.dev's {@code api.json}: models by seller, prices in USD per million tokens.
 */
public final class ModelsDevPrices {

    private static final long CONTEXT_200K = 200_000;

    private static final Map<String, Modality> MODALITIES = Map.of(
            "text", Modality.TEXT,
            "image", Modality.IMAGE,
            "audio", Modality.AUDIO,
            "video", Modality.VIDEO,
            "pdf", Modality.DOCUMENT);

    private ModelsDevPrices() {}

    public static Map<String, ModelInfo> read(JsonNode root) {
        Map<String, String> types = ProviderCatalog.builtIn().typesBy(ProviderType.Pricing::modelsDev);
        Map<String, ModelInfo> models = new HashMap<>();
        types.forEach((seller, type) -> root.path(seller)
                .path("models")
                .fields()
                .forEachRemaining(entry -> models.put(type + '/' + entry.getKey(), info(entry.getValue()))));
        return models;
    }

    private static ModelInfo info(JsonNode card) {
        JsonNode cost = card.path("cost");
        return new ModelInfo(
                price(cost, "input"),
                price(cost, "output"),
                price(cost, "cache_read"),
                price(cost, "cache_write"),
                null,
                new MediaPrice(price(cost, "input_audio"), null, price(cost, "output_audio")),
                MediaPrice.NONE,
                tiers(cost),
                Map.of(),
                Map.of(),
                card.path("limit").path("context").asLong(0),
                card.path("limit").path("output").asLong(0),
                modalities(card.path("modalities").path("input")),
                modalities(card.path("modalities").path("output")),
                // Price maps do not list what a model refuses; traits set here would replace the built-in ones.
                List.of());
    }

    private static List<PriceTier> tiers(JsonNode cost) {
        List<PriceTier> tiers = new ArrayList<>();
        for (JsonNode tier : cost.path("tiers")) {
            long above = tier.path("tier").path("size").asLong(0);
            if (above > 0) {
                tiers.add(tier(above, tier));
            }
        }
        if (tiers.isEmpty() && cost.has("context_over_200k")) {
            tiers.add(tier(CONTEXT_200K, cost.get("context_over_200k")));
        }
        return List.copyOf(tiers);
    }

    private static PriceTier tier(long above, JsonNode cost) {
        return new PriceTier(
                above,
                1,
                1,
                price(cost, "input"),
                price(cost, "output"),
                price(cost, "cache_read"),
                price(cost, "cache_write"));
    }

    private static List<Modality> modalities(JsonNode names) {
        List<Modality> known = new ArrayList<>();
        for (JsonNode name : names) {
            Modality modality = MODALITIES.get(name.asText());
            if (modality != null) {
                known.add(modality);
            }
        }
        return List.copyOf(known);
    }

    private static Double price(JsonNode cost, String member) {
        JsonNode value = cost.get(member);
        return value == null || !value.isNumber() || value.doubleValue() < 0 ? null : value.doubleValue();
    }
}
