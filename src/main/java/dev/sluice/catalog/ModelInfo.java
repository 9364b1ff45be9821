package dev.sluice.catalog;

import dev.sluice.binding.Key;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelFacts.Trait;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What one source says of a model: the built-in table, a price map, or the config. What it leaves out, a source below
 * it may know.
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

    /**
     * This, and what another source knows beyond it. Prices are one statement: they are taken whole from one source.
     */
    ModelInfo over(ModelInfo below) {
        boolean priced = input != null || output != null;
        return new ModelInfo(
                priced ? input : below.input,
                priced ? output : below.output,
                priced ? cacheRead : below.cacheRead,
                priced ? cacheWrite : below.cacheWrite,
                priced || !tiers.isEmpty() ? tiers : below.tiers,
                context == 0 ? below.context : context,
                maxOutput == 0 ? below.maxOutput : maxOutput,
                inputs.isEmpty() ? below.inputs : inputs,
                outputs.isEmpty() ? below.outputs : outputs,
                traits.isEmpty() ? below.traits : traits);
    }

    /** The same with a tier of the family's where it has none of its own. */
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
                        .map(tier -> tier.over(base))
                        .toList());
    }

    private static long rate(Double usdPerMillion) {
        return usdPerMillion == null ? ModelPrices.NONE : pico(usdPerMillion);
    }
}
