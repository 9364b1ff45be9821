package dev.sluice.model;

import java.util.List;

/**
 * The authenticated caller.
 *
 * @param id the key's public id, or the JWT's subject; {@link #OPEN} has {@code open}
 * @param team team name, or null
 * @param tier name of the configured tier, or null
 * @param models patterns of model names this caller may request; empty means all
 * @param endpoints labels of the endpoints ({@link Surface}) this caller may use; empty means all
 * @param priority priority in queues, 0 to 9; the highest is served first
 * @param role role at the admin listener
 * @param limits the caller's own limits, in addition to those of its team and tier
 * @param budget the caller's own budget, or null
 */
public record Principal(
        String id,
        String team,
        String tier,
        List<String> models,
        List<String> endpoints,
        int priority,
        Role role,
        Limits limits,
        Budget budget) {

    /** The priority of callers for which none is configured. */
    public static final int USUAL_PRIORITY = 5;

    /** Every caller, when no keys are configured (loopback only). */
    public static final Principal OPEN = new Principal("open", null, List.of());

    public Principal(String id, String team, List<String> models) {
        this(id, team, null, models, List.of(), USUAL_PRIORITY, Role.NONE, Limits.NONE, null);
    }

    /** The name under which the process's memory is shared; null without keys, when all callers are one. */
    public String shareName() {
        return this == OPEN ? null : id;
    }

    public boolean mayUse(String model) {
        return models.isEmpty() || models.stream().anyMatch(pattern -> ModelName.matches(pattern, model));
    }

    public boolean mayUse(Surface surface) {
        return endpoints.isEmpty() || endpoints.contains(surface.label());
    }
}
