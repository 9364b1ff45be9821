package dev.sluice.protocol.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * A model as clients see it, in either shape. What is not known is left out, but for the members that a client's format
 * always has.
 *
 * @param id what to ask Sluice for
 * @param name for people
 * @param owner the provider's name in the config, {@code sluice} for a route
 * @param created seconds since 1970, 0 when not known
 * @param deprecated as in {@link dev.sluice.catalog.ListedModel}
 * @param surfaces where it can be asked for
 */
public record ModelEntry(
        String id,
        String name,
        String owner,
        long created,
        boolean deprecated,
        ModelFacts facts,
        Set<Surface> surfaces) {

    private static final int PICO_PER_USD_PER_MILLION = 6;

    /** OpenAI's four members first, ours beside them. */
    public ByteSlice openAi() {
        ObjectNode model = Json.object()
                .put("id", id)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", owner)
                .put("name", name);
        if (deprecated) {
            model.put("deprecated", true);
        }
        putKnown(model, "context_window", facts.contextTokens());
        putKnown(model, "max_output_tokens", facts.maxOutputTokens());
        return Json.bytes(extended(model));
    }

    /** Anthropic's members first; its documentation has the epoch stand for a date that is not known. */
    public ByteSlice anthropic() {
        ObjectNode model = Json.object()
                .put("type", "model")
                .put("id", id)
                .put("display_name", name)
                .put("created_at", Instant.ofEpochSecond(created).toString())
                .put("lifecycle", deprecated ? "deprecated" : "active");
        model.set("max_input_tokens", orNull(facts.contextTokens()));
        model.set("max_tokens", orNull(facts.maxOutputTokens()));
        return Json.bytes(extended(model));
    }

    private ObjectNode extended(ObjectNode model) {
        if (!facts.inputs().isEmpty() || !facts.outputs().isEmpty()) {
            ObjectNode modalities = model.putObject("modalities");
            put(modalities.putArray("input"), facts.inputs());
            put(modalities.putArray("output"), facts.outputs());
        }
        if (facts.prices().known()) {
            model.set("prices", prices(facts.prices()));
        }
        ArrayNode labels = model.putArray("surfaces");
        surfaces.stream().sorted().forEach(surface -> labels.add(surface.label()));
        return model;
    }

    private static void put(ArrayNode names, Set<Modality> modalities) {
        modalities.stream()
                .sorted()
                .forEach(modality -> names.add(modality.name().toLowerCase(Locale.ROOT)));
    }

    private static ObjectNode prices(ModelPrices prices) {
        ObjectNode written = Json.object().put("unit", "USD per million tokens");
        rates(written, prices.base());
        if (!prices.tiers().isEmpty()) {
            ArrayNode tiers = written.putArray("tiers");
            prices.tiers()
                    .forEach(tier -> rates(tiers.addObject().put("above_prompt_tokens", tier.above()), tier.rates()));
        }
        return written;
    }

    private static void rates(ObjectNode prices, Rates rates) {
        rate(prices, "input", rates.input());
        rate(prices, "output", rates.output());
        rate(prices, "cache_read", rates.cacheRead());
        rate(prices, "cache_write", rates.cacheWrite());
    }

    private static void rate(ObjectNode prices, String name, long pico) {
        if (pico != ModelPrices.NONE) {
            BigDecimal usd = BigDecimal.valueOf(pico, PICO_PER_USD_PER_MILLION).stripTrailingZeros();
            // Never 1E+1, which is a number to JSON but not to everybody's eyes.
            prices.put(name, usd.scale() < 0 ? usd.setScale(0) : usd);
        }
    }

    private static void putKnown(ObjectNode model, String name, long tokens) {
        if (tokens > 0) {
            model.put(name, tokens);
        }
    }

    private static JsonNode orNull(long tokens) {
        return tokens > 0 ? Json.number(tokens) : Json.object().nullNode();
    }
}
