package dev.sluice.store;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A virtual key as stored. It has the hash of the secret, never the secret.
 *
 * @param id public id, the part after {@code sk-sluice-}
 * @param name display name, or null
 * @param hash {@code hmac-sha256:<salt>:<hex>}
 * @param previousHash hash of the secret before the last rotation, or null
 * @param previousUntil when the previous secret expires; null without one
 * @param team team name, or null
 * @param tier tier name, or null
 * @param models patterns of allowed models; empty means all
 * @param endpoints labels of allowed endpoints; empty means all
 * @param role role at the admin listener
 * @param limits the key's own limits
 * @param budget the key's own budget, or null
 * @param metadata free-form, set by users; for display and exports
 * @param expiresAt null when it never expires
 * @param revokedAt null while it is not revoked
 * @param lastUsedAt accurate to about a minute; null when never used
 * @param createdBy id of the actor that created it
 */
public record StoredKey(
        String id,
        String name,
        String hash,
        String previousHash,
        Instant previousUntil,
        String team,
        String tier,
        List<String> models,
        List<String> endpoints,
        Role role,
        Limits limits,
        Budget budget,
        Map<String, String> metadata,
        Instant createdAt,
        Instant expiresAt,
        Instant revokedAt,
        Instant lastUsedAt,
        String createdBy) {

    /** Omits the hashes and all text written by users. */
    @Override
    public String toString() {
        return "StoredKey[" + id + "]";
    }
}
