package dev.sluice.store;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A virtual key as the store has it: never the secret, only its hash.
 *
 * @param id public id, the part after {@code sk-sluice-}
 * @param name for people, or null
 * @param hash {@code hmac-sha256:<salt>:<hex>}
 * @param previousHash of the secret before the last rotation, or null
 * @param previousUntil until when that one is good, too; null without one
 * @param team or null
 * @param tier or null
 * @param models patterns; empty means all
 * @param surfaces labels; empty means all
 * @param role at the admin listener
 * @param limits its own
 * @param budget its own, or null
 * @param metadata of the user's, for people and exports
 * @param expiresAt null for never
 * @param revokedAt null while it is good
 * @param lastUsedAt to the minute or so; null when never
 * @param createdBy id of who made it
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
        List<String> surfaces,
        Role role,
        Limits limits,
        Budget budget,
        Map<String, String> metadata,
        Instant createdAt,
        Instant expiresAt,
        Instant revokedAt,
        Instant lastUsedAt,
        String createdBy) {

    /** Without the hashes and what users wrote. */
    @Override
    public String toString() {
        return "StoredKey[" + id + "]";
    }
}
