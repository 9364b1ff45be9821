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
 * A target with all that a plan asks about it.
 *
 * @param place its index among those it was named with
 * @param health how its provider is just now
 * @param facts what is known of the model beforehand
 * @param hash of its name
 * @param traitsKnown whether somebody said what the model can, beyond what it takes
 */
record Candidate(Target target, int place, ProviderHealth health, ModelFacts facts, long hash, boolean traitsKnown) {

    /** These follow from what a model takes, and say nothing about what else it can. */
    private static final Set<Trait> OF_INPUTS = EnumSet.of(Trait.VISION, Trait.AUDIO_INPUT, Trait.DOCUMENT_INPUT);

    Candidate(Target target, int place, ProviderHealth health, ModelFacts facts) {
        this(
                target,
                place,
                health,
                facts,
                StableHash.of(target.provider() + '/' + target.model()),
                !OF_INPUTS.containsAll(facts.traits()));
    }

    int inFlight() {
        return health.inFlight(target.model());
    }

    /** Why it is better left alone just now, or null. */
    Reason unfit() {
        ProviderHealth.Unfit unfit = health.unfit(target.model());
        if (unfit == null) {
            return null;
        }
        return switch (unfit) {
            case BREAKER_OPEN -> Reason.BREAKER_OPEN;
            case KEYS_RESTING -> Reason.KEYS_RESTING;
            case SATURATED -> Reason.SATURATED;
            case DRAINED -> Reason.DRAINED;
        };
    }

    /** Why it is known not to serve such a request, or null: what nobody knows may be tried. */
    Reason cannot(ModelRequirements requirements) {
        if (traitsKnown) {
            if (!facts.has(Trait.TOOLS) && requirements.tools()) {
                return Reason.NO_TOOLS;
            }
            if (!facts.has(Trait.JSON_SCHEMA) && requirements.jsonSchema()) {
                return Reason.NO_JSON_SCHEMA;
            }
        }
        if (!facts.inputs().isEmpty()) {
            if (!takes(Modality.IMAGE) && requirements.images()) {
                return Reason.NO_VISION;
            }
            if (!takes(Modality.AUDIO) && requirements.audio()) {
                return Reason.NO_AUDIO;
            }
            if (!takes(Modality.DOCUMENT) && requirements.documents()) {
                return Reason.NO_DOCUMENTS;
            }
        }
        return facts.contextTokens() > 0 && requirements.promptExceeds(target.model(), room(requirements))
                ? Reason.CONTEXT_WINDOW
                : null;
    }

    private boolean takes(Modality modality) {
        return facts.inputs().contains(modality);
    }

    /** What the context leaves for the prompt. More output than the model has is cut by its provider, or refused. */
    private long room(ModelRequirements requirements) {
        long output = requirements.outputTokens();
        if (facts.maxOutputTokens() > 0) {
            output = Math.min(output, facts.maxOutputTokens());
        }
        return facts.contextTokens() - Math.min(output, facts.contextTokens());
    }
}
