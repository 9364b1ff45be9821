package dev.sluice.catalog;

import dev.sluice.model.Surface;
import java.util.Set;

/**
 * A model as its provider lists it.
 *
 * @param id the name by which requests to the provider name the model
 * @param name the display name, or null when the list has none
 * @param created seconds since 1970, 0 when not reported
 * @param deprecated whether it is still served but will be removed
 * @param facts limits, modalities and prices, as far as reported; no traits
 * @param surfaces the surfaces that serve it, or null when not reported
 */
public record ListedModel(
        String id, String name, long created, boolean deprecated, ModelFacts facts, Set<Surface> surfaces) {

    /** A model that no list contains. */
    public static ListedModel unlisted(String id, ModelFacts facts) {
        return new ListedModel(id, null, 0, false, facts, null);
    }
}
