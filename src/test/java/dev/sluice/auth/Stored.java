package dev.sluice.auth;

import dev.sluice.auth.KeyMint.MintedKey;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keys as the store would have them. */
final class Stored {

    String hash;
    String tier;
    Role role = Role.NONE;
    String previousHash;
    Instant previousUntil;
    Instant expiresAt;
    Instant revokedAt;
    private final MintedKey key;

    Stored(MintedKey key) {
        this.key = key;
        this.hash = key.stanza().hash();
    }

    StoredKey make() {
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

    static StoredKeys heard(Instant at, StoredKey... keys) {
        Map<String, StoredKey> byId = new HashMap<>();
        for (StoredKey key : keys) {
            byId.put(key.id(), key);
        }
        return new StoredKeys(byId, at, true);
    }
}
