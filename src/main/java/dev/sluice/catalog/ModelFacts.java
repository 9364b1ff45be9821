package dev.sluice.catalog;

import java.util.Set;

/**
 * What is known of a model beforehand. Figures of 0 mean "not known".
 *
 * @param contextTokens the most tokens of prompt and completion together
 * @param maxOutputTokens the most tokens of one completion
 * @param traits what the model can and refuses, in the words of {@link Trait}
 * @param inputs what it takes; empty when not known
 * @param outputs what it gives; empty when not known
 * @param prices what it costs where it is asked, {@link ModelPrices#UNKNOWN} when not known
 */
public record ModelFacts(
        long contextTokens,
        long maxOutputTokens,
        Set<Trait> traits,
        Set<Modality> inputs,
        Set<Modality> outputs,
        ModelPrices prices) {

    public static final ModelFacts UNKNOWN = new ModelFacts(0, 0, Set.of());

    /** Facts without modalities and prices. */
    public ModelFacts(long contextTokens, long maxOutputTokens, Set<Trait> traits) {
        this(contextTokens, maxOutputTokens, traits, Set.of(), Set.of(), ModelPrices.UNKNOWN);
    }

    /** Kinds of input and output. */
    public enum Modality {
        TEXT,
        IMAGE,
        AUDIO,
        VIDEO,
        /** Files such as PDF. */
        DOCUMENT,
        EMBEDDING
    }

    /** Properties that change how a request is encoded. */
    public enum Trait {
        /** The model thinks before it answers. */
        REASONING,
        /** Thinking is asked for by a budget of tokens (Claude up to 4.6, Gemini 2.5). */
        THINKING_BUDGET,
        /** Thinking is adaptive and asked for by effort (Claude from 4.6 on). */
        THINKING_ADAPTIVE,
        /** Thinking is asked for by a level (Gemini from 3 on). */
        THINKING_LEVEL,
        /** The lowest level of thinking is {@code MINIMAL}, not {@code LOW} (Gemini). */
        THINKING_MINIMAL,
        /** Thinking can not be switched off: an explicit {@code disabled} is refused. */
        THINKING_ALWAYS,
        /** Sonnet 5.5: {@code between_tools} stands where others take {@code disabled}. */
        THINKING_BETWEEN_TOOLS,
        /** {@code temperature}, {@code top_p} and {@code top_k} are refused. */
        NO_SAMPLING,
        /** A conversation may not end with the assistant's words. */
        NO_PREFILL,
        /** The model may not be forced to call a tool. */
        NO_FORCED_TOOL,
        /** System turns may stand in the middle of a conversation. */
        SYSTEM_ANYWHERE,
        /** With tools and reasoning the model answers on the Responses API only. */
        TOOLS_NEED_RESPONSES,
        TOOLS,
        VISION,
        AUDIO_INPUT,
        DOCUMENT_INPUT,
        JSON_SCHEMA
    }

    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** This, and where it does not know something, what another source says. Prices are taken whole from one source. */
    public ModelFacts or(ModelFacts other) {
        return new ModelFacts(
                contextTokens == 0 ? other.contextTokens : contextTokens,
                maxOutputTokens == 0 ? other.maxOutputTokens : maxOutputTokens,
                traits.isEmpty() ? other.traits : traits,
                inputs.isEmpty() ? other.inputs : inputs,
                outputs.isEmpty() ? other.outputs : outputs,
                prices.known() ? prices : other.prices);
    }

    /** The same without prices, for a reseller with prices of its own. */
    ModelFacts withPrices(ModelPrices other) {
        return new ModelFacts(contextTokens, maxOutputTokens, traits, inputs, outputs, other);
    }

    ModelFacts withTraits(Set<Trait> other) {
        return new ModelFacts(contextTokens, maxOutputTokens, other, inputs, outputs, prices);
    }
}
