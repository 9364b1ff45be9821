package dev.sluice.auth;

import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A builder of stored keys. */
public final class StoredKeyBuilder {

    public String hash;
    public String tier;
    public Role role = Role.NONE;
    public String previousHash;
    public Instant previousUntil;
    public Instant expiresAt;
    public Instant revokedAt;
    private final GeneratedKey key;

    public StoredKeyBuilder(GeneratedKey key) {
        this.key = key;
        this.hash = key.stanza().hash();
    }

    public StoredKey build() {
        return new StoredKey(
                key.stanza().id(),
                "of a test",
                hash,
                previousHash,
                previousUntil,
                "platform",
                tier,
                List.of("fast"),
                List.of("chat"),
                role,
                Limits.NONE,
                null,
                Map.of(),
                Instant.EPOCH,
                expiresAt,
                revokedAt,
                null,
                "admin");
    }

    public static StoredKeys loaded(Instant at, StoredKey... keys) {
        Map<String, StoredKey> byId = new HashMap<>();
        for (StoredKey key : keys) {
            byId.put(key.id(), key);
        }
        return new StoredKeys(byId, at, true);
    }
}
