package dev.sluice.model;

import java.util.List;

/**
 * The authenticated caller.
 *
 * @param id the key's public id, or the JWT's subject; {@link #OPEN} has {@code open}
 * @param team team name, or null
 * @param tier name of the configured tier, or null
 * @param models patterns of model names this caller may request; empty means all
 * @param endpoints labels of the endpoints ({@link Surface}) this caller may use, and {@link #ACCOUNT}; empty means all
 *     but passthrough
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

    /** The entry of {@code endpoints} that grants files, batches and videos of every owner. */
    public static final String ACCOUNT = "account";

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

    /** Passthrough reaches everything in the provider's account, so that it needs a grant of its own. */
    public boolean mayUse(Surface surface) {
        return endpoints.isEmpty()
                ? surface != Surface.PASSTHROUGH || seesAllResources()
                : endpoints.contains(surface.label());
    }

    /** Whether the caller may use files, batches and videos of every owner, and those without a recorded owner. */
    public boolean seesAllResources() {
        return this == OPEN || role == Role.ADMIN || endpoints.contains(ACCOUNT);
    }

    /** The owner of what this caller creates: its team, or itself where it has none. */
    public String owner() {
        return team == null ? "key:" + id : "team:" + team;
    }
}
