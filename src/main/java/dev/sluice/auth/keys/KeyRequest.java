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
 * The request to create a key.
 *
 * @param id its public id, or null for a random one
 * @param name display name, or null
 * @param team null for the caller's team
 * @param tier null for the caller's tier
 * @param models patterns; empty means all
 * @param endpoints labels of {@link dev.sluice.model.Surface}; empty means all
 * @param expiresAt null for never
 */
public record KeyRequest(
        String id,
        String name,
        String team,
        String tier,
        List<String> models,
        List<String> endpoints,
        Role role,
        Limits limits,
        Budget budget,
        Instant expiresAt,
        Map<String, String> metadata) {

    /** Defaults of what is null: all models, all endpoints, no role, no limits. */
    public KeyRequest {
        models = Objects.requireNonNullElse(models, List.of());
        endpoints = Objects.requireNonNullElse(endpoints, List.of());
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
                key.endpoints(),
                key.role(),
                key.limits(),
                key.budget(),
                key.expiresAt(),
                key.metadata());
    }

    /** With the caller's team and tier where the request names none. */
    KeyRequest withDefaultsOf(Caller caller) {
        return new KeyRequest(
                id,
                name,
                team == null ? caller.principal().team() : team,
                tier == null ? caller.principal().tier() : tier,
                models,
                endpoints,
                role,
                limits,
                budget,
                expiresAt,
                metadata);
    }
}
