package dev.sluice.route;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.ProviderHealth;
import dev.sluice.model.StableHash;
import dev.sluice.route.SkippedTarget.Reason;
import java.util.EnumSet;
import java.util.Set;

/**
 * A target with the health and facts that planning needs.
 *
 * @param index its index among the targets of its route
 * @param health current health of its provider
 * @param facts limits, prices and traits of the model
 * @param hash stable hash of {@code provider/model}
 * @param traitsKnown whether the facts name any trait beyond the input modalities
 */
record Candidate(Target target, int index, ProviderHealth health, ModelFacts facts, long hash, boolean traitsKnown) {

    /** Traits that follow from the input modalities and say nothing about tools or schemas. */
    private static final Set<Trait> OF_INPUTS = EnumSet.of(Trait.VISION, Trait.AUDIO_INPUT, Trait.DOCUMENT_INPUT);

    Candidate(Target target, int index, ProviderHealth health, ModelFacts facts) {
        this(
                target,
                index,
                health,
                facts,
                StableHash.of(target.provider() + '/' + target.model()),
                !OF_INPUTS.containsAll(facts.traits()));
    }

    int inFlight() {
        return health.inFlight(target.model());
    }

    /** Why the target should not be tried now, or null. */
    Reason unavailableReason() {
        ProviderHealth.Unavailability unavailability = health.unavailability(target.model());
        if (unavailability == null) {
            return null;
        }
        return switch (unavailability) {
            case BREAKER_OPEN -> Reason.BREAKER_OPEN;
            case KEYS_COOLING_DOWN -> Reason.KEYS_COOLING;
            case SATURATED -> Reason.SATURATED;
            case DRAINED -> Reason.DRAINED;
        };
    }

    /** Why the target is known to be unable to serve the request, or null. Unknown capabilities count as present. */
    Reason unsupportedReason(ModelRequirements requirements) {
        if (traitsKnown) {
            if (!facts.has(Trait.TOOLS) && requirements.tools()) {
                return Reason.NO_TOOLS;
            }
            if (!facts.has(Trait.JSON_SCHEMA) && requirements.jsonSchema()) {
                return Reason.NO_JSON_SCHEMA;
            }
        }
        if (!facts.inputs().isEmpty()) {
            if (!accepts(Modality.IMAGE) && requirements.images()) {
                return Reason.NO_VISION;
            }
            if (!accepts(Modality.AUDIO) && requirements.audio()) {
                return Reason.NO_AUDIO;
            }
            if (!accepts(Modality.DOCUMENT) && requirements.documents()) {
                return Reason.NO_DOCUMENTS;
            }
        }
        return facts.contextTokens() > 0
                        && requirements.promptExceeds(target.model(), promptTokensAvailable(requirements))
                ? Reason.CONTEXT_WINDOW
                : null;
    }

    private boolean accepts(Modality modality) {
        return facts.inputs().contains(modality);
    }

    /**
     * The tokens of the context window that remain for the prompt. Requested output beyond the model's maximum is
     * ignored: its provider caps or rejects it.
     */
    private long promptTokensAvailable(ModelRequirements requirements) {
        long output = requirements.outputTokens();
        if (facts.maxOutputTokens() > 0) {
            output = Math.min(output, facts.maxOutputTokens());
        }
        return facts.contextTokens() - Math.min(output, facts.contextTokens());
    }
}
