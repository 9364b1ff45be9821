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
 * A model in the model list for clients, in OpenAI's, Anthropic's or Google's shape. Unknown values are left out,
 * except members that the format requires.
 *
 * @param id the model name in requests to Sluice
 * @param name the display name
 * @param owner the provider's name in the config, {@code sluice} for a route
 * @param created seconds since 1970, 0 when unknown
 * @param deprecated as in {@link dev.sluice.catalog.ListedModel}
 * @param surfaces the endpoints that serve it
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

    /** OpenAI's shape: its four members first, then Sluice's additions. */
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

    /** Anthropic's shape. An unknown date is the epoch, as Anthropic's documentation defines. */
    public ByteSlice anthropic() {
        ObjectNode model = Json.object()
                .put("type", "model")
                .put("id", id)
                .put("display_name", name)
                .put("created_at", Instant.ofEpochSecond(created).toString())
                .put("lifecycle", deprecated ? "deprecated" : "active");
        model.set("max_input_tokens", orNull(facts.contextTokens()));
        model.set("max_tokens", orNull(facts.maxOutputTokens()));
        // Required in typed clients. What the model can do is in Sluice's own modalities.
        model.putNull("capabilities").putNull("line").putNull("deprecated_at").putNull("retires_at");
        return Json.bytes(extended(model));
    }

    /** Google's shape. */
    public ByteSlice google() {
        ObjectNode model = Json.object()
                .put("name", "models/" + id)
                .put("baseModelId", id)
                .put(
                        "version",
                        created > 0 ? Instant.ofEpochSecond(created).toString().substring(0, 10) : "001")
                .put("displayName", name);
        putKnown(model, "inputTokenLimit", facts.contextTokens());
        putKnown(model, "outputTokenLimit", facts.maxOutputTokens());
        ArrayNode methods = model.putArray("supportedGenerationMethods");
        if (surfaces.contains(Surface.GENERATE)) {
            methods.add("generateContent").add("countTokens");
        }
        model.put("thinking", facts.has(ModelFacts.Trait.REASONING));
        return Json.bytes(model);
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
        ArrayNode labels = model.putArray("endpoints");
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
            // No exponent notation such as 1E+1.
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
