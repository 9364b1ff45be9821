package dev.sluice.catalog;

import dev.sluice.binding.Key;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelFacts.Trait;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

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

        @Key("Prices for long prompts.") List<PriceTier> tiers,

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

    /** USD per million tokens as pico-USD per token. */
    static long pico(double usdPerMillion) {
        return Math.round(usdPerMillion * PICO_PER_TOKEN);
    }

    /** These facts, completed by those of a source of lower precedence. All prices are taken from one source. */
    ModelInfo mergedOver(ModelInfo lower) {
        boolean priced = input != null || output != null;
        return new ModelInfo(
                priced ? input : lower.input,
                priced ? output : lower.output,
                priced ? cacheRead : lower.cacheRead,
                priced ? cacheWrite : lower.cacheWrite,
                priced || !tiers.isEmpty() ? tiers : lower.tiers,
                context == 0 ? lower.context : context,
                maxOutput == 0 ? lower.maxOutput : maxOutput,
                inputs.isEmpty() ? lower.inputs : inputs,
                outputs.isEmpty() ? lower.outputs : outputs,
                traits.isEmpty() ? lower.traits : traits);
    }

    /** These facts with other tiers. */
    ModelInfo withTiers(List<PriceTier> others) {
        return new ModelInfo(input, output, cacheRead, cacheWrite, others, context, maxOutput, inputs, outputs, traits);
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
        ModelPrices.Rates base = new ModelPrices.Rates(rate(input), rate(output), rate(cacheRead), rate(cacheWrite));
        return new ModelPrices(
                base,
                tiers.stream()
                        .sorted(Comparator.comparingLong(PriceTier::above))
                        .map(tier -> tier.toTier(base))
                        .toList());
    }

    private static long rate(Double usdPerMillion) {
        return usdPerMillion == null ? ModelPrices.NONE : pico(usdPerMillion);
    }
}
