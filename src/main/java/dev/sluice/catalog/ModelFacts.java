package dev.sluice.catalog;

import java.util.Set;

/**
 * The facts known of a model before it is called. Numbers are 0 when not known.
 *
 * @param contextTokens the most tokens of prompt and completion together
 * @param maxOutputTokens the most tokens of one completion
 * @param traits the capabilities and restrictions of the model
 * @param inputs the modalities of its input; empty when not known
 * @param outputs the modalities of its output; empty when not known
 * @param prices its prices at the provider, {@link ModelPrices#UNKNOWN} when not known
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

    /** The kinds of input and output. */
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
        /** The model reasons before it responds. */
        REASONING,
        /** Thinking is requested by a token budget (Claude up to 4.6, Gemini 2.5). */
        THINKING_BUDGET,
        /** Thinking is adaptive and requested by effort (Claude from 4.6 on). */
        THINKING_ADAPTIVE,
        /** Thinking is requested by level (Gemini from 3 on). */
        THINKING_LEVEL,
        /** The lowest level of thinking is {@code MINIMAL}, not {@code LOW} (Gemini). */
        THINKING_MINIMAL,
        /** Thinking cannot be turned off: an explicit {@code disabled} is refused. */
        THINKING_ALWAYS,
        /** Thinking is turned off by {@code between_tools} instead of {@code disabled} (Sonnet 5.5). */
        THINKING_BETWEEN_TOOLS,
        /** {@code temperature}, {@code top_p} and {@code top_k} are refused. */
        NO_SAMPLING,
        /** {@code stop} and penalties are refused, as the descriptions of OpenAI and xAI say. */
        NO_STOP_OR_PENALTY,
        /** A conversation must not end with an assistant message. */
        NO_PREFILL,
        /** Either {@code temperature} or {@code top_p} may be sent, not both (Claude 4.1 to 4.6). */
        ONE_SAMPLING,
        /** The model cannot be forced to call a tool. */
        NO_FORCED_TOOL,
        /**
         * The model cannot be forced to call a tool while it thinks, also not with adaptive thinking (Claude 4.6, 4.7).
         */
        NO_FORCED_TOOL_WITH_THINKING,
        /** System messages may appear in the middle of a conversation. */
        SYSTEM_ANYWHERE,
        /** Tools together with reasoning are served by the Responses API only. */
        TOOLS_NEED_RESPONSES,
        /** Images are not scaled down, so that one may take up to 30,000 tokens (OpenAI from GPT-5.4 on). */
        LARGE_IMAGES,
        TOOLS,
        VISION,
        AUDIO_INPUT,
        DOCUMENT_INPUT,
        JSON_SCHEMA
    }

    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** These facts, completed by those of another source. All prices are taken from one source. */
    public ModelFacts or(ModelFacts other) {
        return new ModelFacts(
                contextTokens == 0 ? other.contextTokens : contextTokens,
                maxOutputTokens == 0 ? other.maxOutputTokens : maxOutputTokens,
                traits.isEmpty() ? other.traits : traits,
                inputs.isEmpty() ? other.inputs : inputs,
                outputs.isEmpty() ? other.outputs : outputs,
                prices.known() ? prices : other.prices);
    }

    /** These facts with other prices, such as those of a reseller. */
    ModelFacts withPrices(ModelPrices other) {
        return new ModelFacts(contextTokens, maxOutputTokens, traits, inputs, outputs, other);
    }

    ModelFacts withTraits(Set<Trait> other) {
        return new ModelFacts(contextTokens, maxOutputTokens, other, inputs, outputs, prices);
    }
}
