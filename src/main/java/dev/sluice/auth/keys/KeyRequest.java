package dev.sluice.auth.keys;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A key that somebody would like to have.
 *
 * @param id its public id, or null for a random one
 * @param name for people, or null
 * @param team null: that of who makes it
 * @param tier null: that of who makes it
 * @param models patterns; empty means all
 * @param surfaces labels; empty means all
 * @param expiresAt null for never
 */
public record KeyRequest(
        String id,
        String name,
        String team,
        String tier,
        List<String> models,
        List<String> surfaces,
        Role role,
        Limits limits,
        Budget budget,
        Instant expiresAt,
        Map<String, String> metadata) {

    /** What is left out (null) becomes: all models, all surfaces, no role, no limits of its own. */
    public KeyRequest {
        models = Objects.requireNonNullElse(models, List.of());
        surfaces = Objects.requireNonNullElse(surfaces, List.of());
        role = Objects.requireNonNullElse(role, Role.NONE);
        limits = Objects.requireNonNullElse(limits, Limits.NONE);
        metadata = Objects.requireNonNullElse(metadata, Map.of());
    }

    static KeyRequest of(StoredKey key) {
        return new KeyRequest(
                key.id(),
                key.name(),
                key.team(),
                key.tier(),
                key.models(),
                key.surfaces(),
                key.role(),
                key.limits(),
                key.budget(),
                key.expiresAt(),
                key.metadata());
    }

    /** Team and tier are its maker's unless said otherwise. */
    KeyRequest filledFrom(Caller caller) {
        return new KeyRequest(
                id,
                name,
                team == null ? caller.who().team() : team,
                tier == null ? caller.who().tier() : tier,
                models,
                surfaces,
                role,
                limits,
                budget,
                expiresAt,
                metadata);
    }
}
