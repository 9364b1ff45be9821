package dev.sluice.model;

import java.util.List;

/**
 * Who is asking, as every later step sees it.
 *
 * @param id the key's public id, or the JWT's subject; {@link #OPEN} has {@code open}
 * @param team the team, or null
 * @param tier the tier of the config, or null
 * @param models patterns of model names this principal may ask for; empty means all
 * @param surfaces labels of the surfaces this principal may use; empty means all
 * @param priority who waits and is shed last: 0 to 9, higher is better
 * @param role what it may do at the admin listener
 * @param limits its own, beside its team's and tier's
 * @param budget its own, or null
 */
public record Principal(
        String id,
        String team,
        String tier,
        List<String> models,
        List<String> surfaces,
        int priority,
        Role role,
        Limits limits,
        Budget budget) {

    /** Of who has neither a tier nor a word of its own. */
    public static final int USUAL_PRIORITY = 5;

    /** Everybody, where no keys are configured (loopback only). */
    public static final Principal OPEN = new Principal("open", null, List.of());

    public Principal(String id, String team, List<String> models) {
        this(id, team, null, models, List.of(), USUAL_PRIORITY, Role.NONE, Limits.NONE, null);
    }

    public boolean mayUse(String model) {
        return models.isEmpty() || models.stream().anyMatch(pattern -> ModelName.matches(pattern, model));
    }

    public boolean mayUse(Surface surface) {
        return surfaces.isEmpty() || surfaces.contains(surface.label());
    }
}
