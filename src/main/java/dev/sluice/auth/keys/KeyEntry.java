package dev.sluice.auth.keys;

import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TierConfig;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** One virtual key in memory: its hashes, its expiry, and the result for the correct secret. */
public final class KeyEntry {

    private static final KeyHash NO_HASH = new KeyHash(new byte[KeyHash.SALT_BYTES], new byte[KeyHash.HASH_BYTES]);

    /**
     * The entry of unknown ids, so that they cost the same hashes. It has no result, so that even a match is refused.
     */
    static final KeyEntry UNKNOWN = new KeyEntry(null, NO_HASH, null, true, null);

    private final StoredKey source;
    private final KeyHash hash;
    private final KeyHash previous;
    private final long previousUntilMillis;
    private final long expiresMillis;
    private final AuthResult result;
    private final boolean tierKnown;
    private final Map<String, AtomicLong> used;

    private KeyEntry(
            StoredKey source, KeyHash hash, AuthResult result, boolean tierKnown, Map<String, AtomicLong> used) {
        boolean rotated = source != null && source.previousHash() != null && source.previousUntil() != null;
        this.source = source;
        this.hash = hash;
        this.previous = rotated ? KeyHash.parse(source.previousHash()) : NO_HASH;
        this.previousUntilMillis = rotated ? source.previousUntil().toEpochMilli() : Long.MIN_VALUE;
        this.expiresMillis = millis(source == null ? null : source.expiresAt());
        this.result = result;
        this.tierKnown = tierKnown;
        this.used = used;
    }

    /** The keys of the config file. */
    static Map<String, KeyEntry> fromFile(SluiceConfig config) {
        Map<String, KeyEntry> entries = new HashMap<>();
        for (StaticKey key : config.auth().keys()) {
            Principal principal = new Principal(
                    key.id(),
                    key.team(),
                    key.tier(),
                    list(key.models()),
                    list(key.endpoints()),
                    tierPriority(key.tier(), config),
                    key.role() == null ? Role.NONE : key.role(),
                    key.limits() == null ? Limits.NONE : key.limits().limits(),
                    key.budget() == null ? null : key.budget().budget());
            KeyEntry entry = new KeyEntry(
                    null,
                    KeyHash.parse(key.hash()),
                    AuthResult.of(principal, null),
                    isKnownTier(key.tier(), config),
                    null);
            if (entries.put(key.id(), entry) != null) {
                throw new IllegalArgumentException(
                        "auth.keys: id \"" + key.id() + "\" is used by two keys (expected: unique ids)");
            }
        }
        if (!entries.isEmpty() && config.auth().pepper() == null) {
            throw new IllegalArgumentException(
                    "auth.pepper: missing (expected: the pepper that the keys were created with)");
        }
        return entries;
    }

    /** @param used the last use of each key by id, in minutes since 1970 */
    static KeyEntry fromStore(StoredKey key, SluiceConfig config, Map<String, AtomicLong> used) {
        Principal principal = new Principal(
                key.id(),
                key.team(),
                key.tier(),
                list(key.models()),
                list(key.endpoints()),
                tierPriority(key.tier(), config),
                key.role() == null ? Role.NONE : key.role(),
                key.limits() == null ? Limits.NONE : key.limits(),
                key.budget());
        return new KeyEntry(
                key,
                KeyHash.parse(key.hash()),
                AuthResult.of(principal, key.expiresAt()),
                isKnownTier(key.tier(), config),
                used);
    }

    /** The tier's priority, or the default. */
    public static int tierPriority(String tier, SluiceConfig config) {
        TierConfig settings = tier == null ? null : config.tiers().get(tier);
        return settings == null ? Principal.USUAL_PRIORITY : settings.priority();
    }

    /** Keys of an unknown tier are refused: without the tier's limits they would be unlimited. */
    public static boolean isKnownTier(String tier, SluiceConfig config) {
        return tier == null || config.tiers().containsKey(tier);
    }

    boolean isFrom(StoredKey key) {
        return source == key;
    }

    /** Whether the token's secret is this key's. Every mismatch costs two hashes. */
    boolean matches(KeyHash.Hasher hasher, String token, int secret, long millis) {
        if (hash.matches(hasher.hash(hash.salt(), token, secret))) {
            return result != null;
        }
        boolean once = previous.matches(hasher.hash(previous.salt(), token, secret));
        return once && millis < previousUntilMillis && result != null;
    }

    boolean revoked() {
        return source != null && source.revokedAt() != null;
    }

    boolean expired(long millis) {
        return millis >= expiresMillis;
    }

    boolean tierKnown() {
        return tierKnown;
    }

    AuthResult result() {
        return result;
    }

    /** Keys of the config file have no record of their last use. */
    void recordUse(long minute) {
        if (used != null) {
            AtomicLong last = used.get(source.id());
            if (last == null) {
                last = used.computeIfAbsent(source.id(), id -> new AtomicLong());
            }
            if (last.get() != minute) {
                last.set(minute);
            }
        }
    }

    /** For the log. */
    String logName() {
        return result == null ? "a key" : "key " + result.principal().id();
    }

    private static long millis(Instant instant) {
        return instant == null ? Long.MAX_VALUE : instant.toEpochMilli();
    }

    private static List<String> list(List<String> values) {
        return values == null ? List.of() : values;
    }
}
