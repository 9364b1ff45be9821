package dev.sluice.auth.keys;

import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Every virtual key: those of the config file and those of the store. One for the whole process; any thread, no lock,
 * two microseconds.
 *
 * <p>A key of the file counts before one of the same id in the store. A token of another shape is refused without
 * hashing, since the shape is public; otherwise a refusal costs two hashes whether the id is known or not and whether
 * an earlier secret is still good or not, so that time does not tell which ids exist. That a key is revoked or expired
 * is told only to who proved that it is theirs.
 */
public final class KeyRing {

    private static final long RETRY_MILLIS = 1_000;
    private static final long MINUTE_MILLIS = 60_000;

    private static final AuthResult WRONG = refused(
            "invalid_api_key",
            "Incorrect API key provided. Ask whoever runs this"
                    + " gateway for a key of the form sk-sluice-<id>-<secret>.");
    private static final AuthResult REVOKED = refused("key_revoked", "This API key has been revoked.");
    private static final AuthResult EXPIRED = refused("key_expired", "This API key has expired.");
    private static final AuthResult NO_TIER = AuthResult.refused(GatewayError.of(
                    Kind.PERMISSION, "This API key belongs to a tier that is not in the configuration any more.")
            .withCode("tier_unknown"));
    public static final AuthResult STORE_DOWN = AuthResult.refused(GatewayError.of(
                    Kind.UNAVAILABLE, "Keys cannot be checked just now: the store has not answered for too long.")
            .withCode("store_down")
            .withRetryAfter(RETRY_MILLIS));

    private final Supplier<SluiceConfig> config;
    private final Supplier<StoredKeys> stored;
    private final LongSupplier clock;
    private final RefusalLog refusalLog = new RefusalLog();
    private final Map<String, AtomicLong> used = new ConcurrentHashMap<>();
    private volatile Known known;

    /**
     * @param config asked at every request, so that an edit counts from the next one on
     * @param stored the store's keys as last heard of; {@link StoredKeys#NONE} without a store
     * @param clock milliseconds since 1970
     */
    public KeyRing(Supplier<SluiceConfig> config, Supplier<StoredKeys> stored, LongSupplier clock) {
        this.config = config;
        this.stored = stored;
        this.clock = clock;
        this.known = new Known(config.get());
    }

    /** Whose key this is, or null when it opens nothing, for whatever reason. */
    public Principal whose(String token) {
        return verify(token).principal();
    }

    /** Whose key this is, or why it opens nothing. */
    public AuthResult verify(String token) {
        int secret = KeyToken.secretStart(token);
        if (secret < 0) {
            refusalLog.note("a key", "it has not the form of one");
            return WRONG;
        }
        Known now = known();
        String id = KeyToken.id(token, secret);
        long millis = clock.getAsLong();
        KeyEntry entry = now.fixed.get(id);
        if (entry == null) {
            StoredKeys keys = stored.get();
            if (stale(keys, now.config, millis)) {
                refusalLog.note("a key", "the store's keys are " + (keys.known() ? "too old" : "not known yet"));
                return STORE_DOWN;
            }
            entry = now.stored(id, keys);
        }
        if (now.hasher == null || !entry.proven(now.hasher.get(), token, secret, millis)) {
            refusalLog.note(entry.name(), now.hasher == null ? "there is no auth.pepper" : "wrong secret");
            return WRONG;
        }
        return judged(entry, millis);
    }

    private AuthResult judged(KeyEntry entry, long millis) {
        if (entry.revoked()) {
            refusalLog.note(entry.name(), "revoked");
            return REVOKED;
        }
        if (entry.expired(millis)) {
            refusalLog.note(entry.name(), "expired");
            return EXPIRED;
        }
        if (!entry.tierKnown()) {
            refusalLog.note(entry.name(), "its tier is none of tiers");
            return NO_TIER;
        }
        entry.use(millis / MINUTE_MILLIS);
        return entry.result();
    }

    /** True while nobody needs a key: the file asks for none, and the store is known to hold none. */
    public boolean open() {
        SluiceConfig now = config.get();
        if (!now.auth().open()) {
            return false;
        }
        StoredKeys keys = stored.get();
        return keys.keys().isEmpty() && !stale(keys, now, clock.getAsLong());
    }

    /** True while the file would ask for no key, but nobody knows whether the store holds some. */
    public boolean undecided() {
        SluiceConfig now = config.get();
        return now.auth().open() && stale(stored.get(), now, clock.getAsLong());
    }

    /** Whether somebody may use the admin listener by a key or a token; while nobody may, it is open to the machine. */
    public boolean hasAdministrators() {
        SluiceConfig now = config.get();
        return now.auth().jwt() != null
                || now.auth().keys().stream().anyMatch(key -> key.role() != null && key.role() != Role.NONE)
                || stored.get().keys().values().stream().anyMatch(KeyRing::administers);
    }

    /** Whether the store's keys are known and fresh enough to decide by. */
    public boolean storeHeard() {
        return !stale(stored.get(), config.get(), clock.getAsLong());
    }

    /** The stored keys used since the last call, each with the minute of its last use. */
    public Map<String, Instant> usedSince() {
        Map<String, Instant> since = new HashMap<>();
        used.forEach((id, minute) -> {
            long last = minute.getAndSet(0);
            if (last != 0) {
                since.put(id, Instant.ofEpochMilli(last * MINUTE_MILLIS));
            } else {
                used.remove(id, minute);
            }
        });
        return since;
    }

    private static boolean administers(StoredKey key) {
        return key.revokedAt() == null && key.role() != null && key.role() != Role.NONE;
    }

    private static boolean stale(StoredKeys keys, SluiceConfig config, long millis) {
        if (!keys.known()) {
            return true;
        }
        return keys.at() != Instant.MAX
                && millis - keys.at().toEpochMilli()
                        > config.store().keyCacheTtl().toMillis();
    }

    private Known known() {
        SluiceConfig current = config.get();
        Known keys = known;
        if (keys.config != current) {
            keys = new Known(current);
            known = keys;
        }
        return keys;
    }

    private static AuthResult refused(String code, String message) {
        return AuthResult.refused(GatewayError.of(Kind.AUTHENTICATION, message).withCode(code));
    }

    @Override
    public String toString() {
        return known.fixed.size() + " keys of the file, " + stored.get();
    }

    /** What was made of one configuration. Two event loops may both make it at a change; either serves. */
    private final class Known {

        private static final int SPARE_ENTRIES = 1_000;

        private final SluiceConfig config;
        private final Map<String, KeyEntry> fixed;
        private final Map<String, KeyEntry> fromStore = new ConcurrentHashMap<>();
        /** One per thread: a Mac is not thread safe, and finding one costs more than the hash. Null: no pepper. */
        private final ThreadLocal<KeyHash.Hasher> hasher;

        Known(SluiceConfig config) {
            this.config = config;
            this.fixed = KeyEntry.ofFile(config);
            if (config.auth().pepper() == null) {
                this.hasher = null;
            } else {
                byte[] key = KeyHash.pepperKey(config.auth().pepper().reveal());
                this.hasher = ThreadLocal.withInitial(() -> new KeyHash.Hasher(key));
            }
        }

        /**
         * Read at the first use after a snapshot that was loaded anew, which any change of a key or team brings; one
         * that was only confirmed has the same objects.
         */
        KeyEntry stored(String id, StoredKeys keys) {
            StoredKey key = keys.keys().get(id);
            if (key == null) {
                return KeyEntry.NOBODY;
            }
            KeyEntry entry = fromStore.get(id);
            if (entry == null || !entry.isOf(key)) {
                if (fromStore.size() > keys.keys().size() + SPARE_ENTRIES) {
                    fromStore.clear(); // mostly of keys that are gone
                }
                entry = entry(key);
                fromStore.put(id, entry);
            }
            return entry;
        }

        private KeyEntry entry(StoredKey key) {
            try {
                return KeyEntry.ofStore(key, config, used);
            } catch (IllegalArgumentException notAHash) {
                refusalLog.note("key " + key.id(), "the store has no hash of the known form for it");
                return KeyEntry.NOBODY;
            }
        }
    }
}
