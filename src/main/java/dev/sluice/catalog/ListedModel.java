package dev.sluice.catalog;

import dev.sluice.model.Surface;
import java.util.Set;

/**
 * A model as its provider lists it.
 *
 * @param id what to ask the provider for
 * @param name for people, or null when the list has none
 * @param created seconds since 1970, 0 when not told
 * @param deprecated it can still be asked for, but not for ever
 * @param facts limits, modalities and prices, as far as told; no traits
 * @param surfaces what the list says it is for, or null when it does not say
 */
public record ListedModel(
        String id, String name, long created, boolean deprecated, ModelFacts facts, Set<Surface> surfaces) {

    /** A model that is in no list. */
    public static ListedModel unlisted(String id, ModelFacts facts) {
        return new ListedModel(id, null, 0, false, facts, null);
    }
}
