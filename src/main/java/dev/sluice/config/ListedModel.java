package dev.sluice.config;

import dev.sluice.model.Surface;
import java.util.Set;

/**
 * A model as its provider's own list tells of it.
 *
 * @param id what to ask the provider for
 * @param name for people, or null when the list has none
 * @param created seconds since 1970, 0 when not told
 * @param facts limits, modalities and prices, as far as told; no traits
 * @param surfaces what the list says it is for, or null when it does not say
 */
public record ListedModel(String id, String name, long created, ModelFacts facts, Set<Surface> surfaces) {}
