package dev.sluice.catalog;

import dev.sluice.binding.Key;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelFacts.Trait;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The facts of a model from one source: the built-in table, a price map, or the configuration. Absent facts are taken
 * from the next source.
 */
public record ModelInfo(
        @Key(value = "USD per million prompt tokens.", min = 0, max = 1000000)
        Double input,

        @Key(value = "USD per million completion tokens.", min = 0, max = 1000000)
        Double output,

        @Key(
                value = "USD per million tokens read from the provider's prompt cache; if omitted, the price of input.",
                min = 0,
                max = 1000000)
        Double cacheRead,

        @Key(
                value = "USD per million tokens written to the provider's prompt cache; if omitted, the price of"
                        + " input.",
                min = 0,
                max = 1000000)
        Double cacheWrite,

        @Key(
                value = "USD per million tokens that the provider's prompt cache keeps for an hour; if omitted, twice"
                        + " the price of input where that of cache_write is 1.25 times input, as at Anthropic, and"
                        + " unknown elsewhere.",
                min = 0,
                max = 1000000)
        Double cacheWriteHour,

        @Key("Prices of tokens of audio; unknown where they are omitted.")
        MediaPrice audio,

        @Key("Prices of tokens of images; if omitted, those of a prompt cost what text does, and the others are"
                + " unknown.")
        MediaPrice image,

        @Key("Prices for long prompts.") List<PriceTier> tiers,

        @Key("Prices in other service tiers, speeds and regions, by the name that the provider reports, such as"
                + " priority, flex, batch, fast or us. The cost in one without prices is unknown.")
        Map<String, PriceMode> modes,

        @Key(
                value = "USD for one call of a tool that the provider runs, such as web_search or file_search. The cost"
                        + " of a response with calls of one without a price is unknown.",
                min = 0,
                max = 1000)
        Map<String, Double> toolCalls,

        @Key(value = "Maximum tokens of prompt and completion together; 0: unknown.", or = "0", min = 0)
        long context,

        @Key(value = "Maximum tokens of one completion; 0: unknown.", or = "0", min = 0)
        long maxOutput,

        @Key("Inputs that the model accepts.") List<Modality> inputs,

        @Key("Outputs that the model produces.") List<Modality> outputs,

        @Key("What the model supports and refuses; replaces all other known traits.")
        List<Trait> traits) {

    static final ModelInfo NOTHING =
            new ModelInfo(null, null, null, null, List.of(), 0, 0, List.of(), List.of(), List.of());

    private static final double PICO_PER_TOKEN = 1e6;
    private static final double NANO_PER_USD = 1e9;

    /**
     * Anthropic's prices of cache writes as multiples of input: for five minutes and for an hour
     * (platform.claude.com/docs/en/about-claude/pricing).
     */
    private static final double FIVE_MINUTES = 1.25;

    private static final double HOUR = 2;

    /** Facts without prices of other modalities, modes and tools. */
    ModelInfo(
            Double input,
            Double output,
            Double cacheRead,
            Double cacheWrite,
            List<PriceTier> tiers,
            long context,
            long maxOutput,
            List<Modality> inputs,
            List<Modality> outputs,
            List<Trait> traits) {
        this(
                input,
                output,
                cacheRead,
                cacheWrite,
                null,
                MediaPrice.NONE,
                MediaPrice.NONE,
                tiers,
                Map.of(),
                Map.of(),
                context,
                maxOutput,
                inputs,
                outputs,
                traits);
    }

    /** USD per million tokens as pico-USD per token. */
    static long pico(double usdPerMillion) {
        return Math.round(usdPerMillion * PICO_PER_TOKEN);
    }

    /**
     * These facts, completed by those of a source of lower precedence. All prices of tokens are taken from one source.
     * Multiples of them and prices of tools are taken from the other where this has none.
     */
    ModelInfo mergedOver(ModelInfo lower) {
        boolean priced = input != null || output != null;
        ModelInfo prices = priced ? this : lower;
        return new ModelInfo(
                prices.input,
                prices.output,
                prices.cacheRead,
                prices.cacheWrite,
                prices.cacheWriteHour,
                prices.audio,
                prices.image,
                priced || !tiers.isEmpty() ? tiers : lower.tiers,
                modes.isEmpty() ? priced ? PriceMode.multiples(lower.modes) : lower.modes : modes,
                toolCalls.isEmpty() ? lower.toolCalls : toolCalls,
                context == 0 ? lower.context : context,
                maxOutput == 0 ? lower.maxOutput : maxOutput,
                inputs.isEmpty() ? lower.inputs : inputs,
                outputs.isEmpty() ? lower.outputs : outputs,
                traits.isEmpty() ? lower.traits : traits);
    }

    /** These facts with other tiers. */
    ModelInfo withTiers(List<PriceTier> others) {
        return with(others, modes, toolCalls);
    }

    /** These facts without prices of tools: another seller has others. */
    ModelInfo withoutToolCalls() {
        return with(tiers, modes, Map.of());
    }

    /** These facts without modes and prices of tools: another seller has others. */
    ModelInfo withoutModes() {
        return with(tiers, Map.of(), Map.of());
    }

    private ModelInfo with(
            List<PriceTier> otherTiers, Map<String, PriceMode> otherModes, Map<String, Double> otherToolCalls) {
        return new ModelInfo(
                input,
                output,
                cacheRead,
                cacheWrite,
                cacheWriteHour,
                audio,
                image,
                otherTiers,
                otherModes,
                otherToolCalls,
                context,
                maxOutput,
                inputs,
                outputs,
                traits);
    }

    ModelFacts facts() {
        Set<Trait> all = EnumSet.noneOf(Trait.class);
        all.addAll(traits);
        if (inputs.contains(Modality.IMAGE)) {
            all.add(Trait.VISION);
        }
        if (inputs.contains(Modality.AUDIO)) {
            all.add(Trait.AUDIO_INPUT);
        }
        if (inputs.contains(Modality.DOCUMENT)) {
            all.add(Trait.DOCUMENT_INPUT);
        }
        return new ModelFacts(context, maxOutput, Set.copyOf(all), Set.copyOf(inputs), Set.copyOf(outputs), prices());
    }

    private ModelPrices prices() {
        if (input == null && output == null) {
            return ModelPrices.UNKNOWN;
        }
        ModelPrices.Rates base = new ModelPrices.Rates(
                rate(input),
                rate(output),
                rate(cacheRead),
                rate(cacheWrite),
                rate(hourWrite()),
                audio.rates(),
                image.rates());
        return new ModelPrices(
                base,
                tiers.stream()
                        .sorted(Comparator.comparingLong(PriceTier::above))
                        .map(tier -> tier.toTier(base))
                        .toList(),
                modes.entrySet().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                Map.Entry::getKey, entry -> entry.getValue().toMode())),
                toolCalls.entrySet().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                Map.Entry::getKey, entry -> Math.round(entry.getValue() * NANO_PER_USD))));
    }

    private Double hourWrite() {
        boolean asAnthropic = cacheWrite != null && input != null && pico(cacheWrite) == pico(input * FIVE_MINUTES);
        return cacheWriteHour == null && asAnthropic ? Double.valueOf(input * HOUR) : cacheWriteHour;
    }

    static long rate(Double usdPerMillion) {
        return usdPerMillion == null ? ModelPrices.NONE : pico(usdPerMillion);
    }
}
