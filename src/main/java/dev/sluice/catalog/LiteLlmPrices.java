package dev.sluice.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ModelFacts.Modality;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a price map in the format of LiteLLM's {@code model_prices_and_context_window.json}: one object of models,
 * prices in USD per token.
 */
public final class LiteLlmPrices {

    private static final double MILLION = 1e6;
    private static final Pattern ABOVE = Pattern.compile("input_cost_per_token_above_(\\d{1,6})k_tokens");

    /** Service tiers by the suffix of their prices. */
    private static final Map<String, String> SUFFIXES = Map.of(
            "_priority", "priority",
            "_flex", "flex",
            "_batches", "batch",
            "_ultrafast", "ultrafast");

    private LiteLlmPrices() {}

    public static Map<String, ModelInfo> read(JsonNode root) {
        Map<String, String> types = ProviderCatalog.builtIn().typesBy(ProviderType.Pricing::litellm);
        Map<String, ModelInfo> models = new HashMap<>();
        root.fields().forEachRemaining(entry -> {
            JsonNode card = entry.getValue();
            String seller = card.path("litellm_provider").asText("");
            String type = types.get(seller);
            // sample_spec documents the file's format; its litellm_provider is a sentence.
            if (type != null && !entry.getKey().equals("sample_spec")) {
                String model = entry.getKey();
                String prefix = seller + "/";
                models.putIfAbsent(
                        type + '/' + (model.startsWith(prefix) ? model.substring(prefix.length()) : model), info(card));
            }
        });
        return models;
    }

    private static ModelInfo info(JsonNode card) {
        String mode = card.path("mode").asText("");
        boolean embedding = mode.equals("embedding");
        return new ModelInfo(
                highest(price(card, "input_cost_per_token"), ofMedia(card, mode, "input")),
                embedding ? null : highest(price(card, "output_cost_per_token"), ofMedia(card, mode, "output")),
                price(card, "cache_read_input_token_cost"),
                price(card, "cache_creation_input_token_cost"),
                price(card, "cache_creation_input_token_cost_above_1hr"),
                audio(card),
                media(card, "image"),
                tiers(card),
                modes(card),
                toolCalls(card),
                card.path("max_input_tokens").asLong(0),
                card.path("max_output_tokens").asLong(0),
                inputs(card),
                embedding ? List.of(Modality.EMBEDDING) : List.of(),
                // Price maps do not list what a model refuses; traits set here would replace the built-in ones.
                List.of());
    }

    /** A model that takes audio and has no price for it bills it as text. */
    private static MediaPrice audio(JsonNode card) {
        MediaPrice audio = media(card, "audio");
        return audio.input() == null && card.path("supports_audio_input").asBoolean(false)
                ? new MediaPrice(
                        price(card, "input_cost_per_token"), price(card, "cache_read_input_token_cost"), audio.output())
                : audio;
    }

    private static MediaPrice media(JsonNode card, String medium) {
        return new MediaPrice(
                price(card, "input_cost_per_" + medium + "_token"),
                price(card, "cache_read_input_" + medium + "_token_cost"),
                price(card, "output_cost_per_" + medium + "_token"));
    }

    private static Map<String, PriceMode> modes(JsonNode card) {
        Map<String, PriceMode> modes = new HashMap<>();
        SUFFIXES.forEach((suffix, mode) -> {
            Double input = price(card, "input_cost_per_token" + suffix);
            Double output = price(card, "output_cost_per_token" + suffix);
            Double base = price(card, "input_cost_per_token");
            if (input != null && base != null && base > 0) {
                modes.put(
                        mode,
                        new PriceMode(
                                input / base,
                                input,
                                output,
                                price(card, "cache_read_input_token_cost" + suffix),
                                price(card, "cache_creation_input_token_cost" + suffix)));
            }
        });
        // Speeds and regions of Anthropic.
        card.path("provider_specific_entry").fields().forEachRemaining(entry -> {
            if (entry.getValue().isNumber() && entry.getValue().doubleValue() >= 0) {
                modes.put(entry.getKey(), new PriceMode(entry.getValue().doubleValue(), null, null, null, null));
            }
        });
        return Map.copyOf(modes);
    }

    private static Map<String, Double> toolCalls(JsonNode card) {
        JsonNode search = card.path("search_context_cost_per_query").path("search_context_size_medium");
        return search.isNumber() && search.doubleValue() >= 0 ? Map.of("web_search", search.doubleValue()) : Map.of();
    }

    private static List<PriceTier> tiers(JsonNode card) {
        List<PriceTier> tiers = new ArrayList<>();
        card.fieldNames().forEachRemaining(name -> {
            Matcher above = ABOVE.matcher(name);
            if (above.matches()) {
                String suffix = "_above_" + above.group(1) + "k_tokens";
                tiers.add(new PriceTier(
                        Long.parseLong(above.group(1)) * 1000,
                        1,
                        1,
                        price(card, "input_cost_per_token" + suffix),
                        price(card, "output_cost_per_token" + suffix),
                        price(card, "cache_read_input_token_cost" + suffix),
                        price(card, "cache_creation_input_token_cost" + suffix)));
            }
        });
        return List.copyOf(tiers);
    }

    private static List<Modality> inputs(JsonNode card) {
        List<Modality> inputs = new ArrayList<>();
        add(card, "supports_vision", Modality.IMAGE, inputs);
        add(card, "supports_audio_input", Modality.AUDIO, inputs);
        add(card, "supports_video_input", Modality.VIDEO, inputs);
        add(card, "supports_pdf_input", Modality.DOCUMENT, inputs);
        if (!inputs.isEmpty()) {
            inputs.addFirst(Modality.TEXT);
        }
        return List.copyOf(inputs);
    }

    private static void add(JsonNode card, String flag, Modality what, List<Modality> to) {
        if (card.path(flag).asBoolean(false)) {
            to.add(what);
        }
    }

    /**
     * The price of a token of the model's medium, which usage does not tell from a token of text.
     *
     * @param side input or output
     */
    private static Double ofMedia(JsonNode card, String mode, String side) {
        return switch (mode) {
            case "image_generation", "image_edit" -> price(card, side + "_cost_per_image_token");
            case "audio_transcription" -> price(card, side + "_cost_per_audio_token");
            default -> null;
        };
    }

    private static Double highest(Double one, Double other) {
        return one == null || other != null && other > one ? other : one;
    }

    private static Double price(JsonNode card, String member) {
        JsonNode value = card.get(member);
        return value == null || !value.isNumber() || value.doubleValue() < 0 ? null : value.doubleValue() * MILLION;
    }
}
