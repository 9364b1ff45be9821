package dev.sluice.auth;

import dev.sluice.auth.keys.KeyGenerator.MintedKey;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keys as the store would have them. */
public final class Stored {

    public String hash;
    public String tier;
    public Role role = Role.NONE;
    public String previousHash;
    public Instant previousUntil;
    public Instant expiresAt;
    public Instant revokedAt;
    private final MintedKey key;

    public Stored(MintedKey key) {
        this.key = key;
        this.hash = key.stanza().hash();
    }

    public StoredKey make() {
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

    public static StoredKeys heard(Instant at, StoredKey... keys) {
        Map<String, StoredKey> byId = new HashMap<>();
        for (StoredKey key : keys) {
            byId.put(key.id(), key);
        }
        return new StoredKeys(byId, at, true);
    }
}
