package dev.sluice.auth.keys;

import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
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
 * All virtual keys: those of the config file and those of the store. One for the process; may be called from any
 * thread, takes no lock.
 *
 * <p>A key of the file takes precedence over one with the same id in the store. A token of another shape is refused
 * without hashing, because the shape is public. Every other refusal costs two hashes, whether or not the id exists and
 * an earlier secret is still valid, so that timing does not reveal which ids exist. Only a caller with the right secret
 * learns that a key is revoked or expired.
 */
public final class KeyRing {

    private static final long RETRY_MILLIS = 1_000;
    private static final long MINUTE_MILLIS = 60_000;

    private static final AuthResult WRONG = refused(
            "invalid_api_key",
            "Incorrect API key provided (expected: sk-sluice-<id>-<secret>). Ask the operator of this gateway"
                    + " for a key.");
    private static final AuthResult REVOKED =
            refused("key_revoked", "This API key has been revoked. Ask the operator of this gateway for a new one.");
    private static final AuthResult EXPIRED =
            refused("key_expired", "This API key has expired. Ask the operator of this gateway for a new one.");
    private static final AuthResult NO_TIER = AuthResult.refused(GatewayError.of(
                    Kind.PERMISSION,
                    "The tier of this API key is no longer configured. Ask the operator of this gateway.")
            .withCode("tier_unknown"));
    public static final AuthResult STORE_UNAVAILABLE = AuthResult.refused(GatewayError.of(
                    Kind.UNAVAILABLE,
                    "API keys cannot be checked: the store has not responded for too long. Try again later.")
            .withCode("store_unavailable")
            .withRetryAfter(RETRY_MILLIS));

    private final Supplier<SluiceConfig> config;
    private final Supplier<StoredKeys> stored;
    private final LongSupplier clock;
    private final RefusalLog refusalLog = new RefusalLog();
    private final Map<String, AtomicLong> used = new ConcurrentHashMap<>();
    private volatile KeyTable table;
    /** The store had keys. It never loses them in operation: a store without keys was emptied or replaced. */
    private volatile boolean hadKeys;

    /**
     * @param config read for each request, so that an edit applies from the next one on
     * @param stored the store's keys as last loaded; {@link StoredKeys#NONE} without a store
     * @param clock milliseconds since 1970
     */
    public KeyRing(Supplier<SluiceConfig> config, Supplier<StoredKeys> stored, LongSupplier clock) {
        this.config = config;
        this.stored = stored;
        this.clock = clock;
        this.table = new KeyTable(config.get());
    }

    /** The principal of a key, or why it is refused. */
    public AuthResult verify(String token) {
        int secret = KeyToken.secretStart(token);
        if (secret < 0) {
            refusalLog.log("a key", "malformed");
            return WRONG;
        }
        KeyTable now = table();
        String id = KeyToken.id(token, secret);
        long millis = clock.getAsLong();
        KeyEntry entry = now.fromFile.get(id);
        if (entry == null) {
            StoredKeys keys = stored.get();
            if (stale(keys, now.config, millis)) {
                refusalLog.log("a key", "the keys of the store are " + (keys.known() ? "too old" : "not loaded yet"));
                return STORE_UNAVAILABLE;
            }
            entry = now.stored(id, keys);
        }
        if (now.hasher == null || !entry.matches(now.hasher.get(), token, secret, millis)) {
            refusalLog.log(entry.logName(), now.hasher == null ? "auth.pepper is not set" : "wrong secret");
            return WRONG;
        }
        return checkState(entry, millis);
    }

    private AuthResult checkState(KeyEntry entry, long millis) {
        if (entry.revoked()) {
            refusalLog.log(entry.logName(), "revoked");
            return REVOKED;
        }
        if (entry.expired(millis)) {
            refusalLog.log(entry.logName(), "expired");
            return EXPIRED;
        }
        if (!entry.tierKnown()) {
            refusalLog.log(entry.logName(), "its tier is not in tiers of the config");
            return NO_TIER;
        }
        entry.recordUse(millis / MINUTE_MILLIS);
        return entry.result();
    }

    /** True while no key is required: the file requires none, and the store is known to have none. */
    public boolean open() {
        SluiceConfig now = config.get();
        if (!now.auth().open()) {
            return false;
        }
        StoredKeys keys = stored.get();
        if (!hadKeys && !keys.keys().isEmpty()) {
            hadKeys = true;
        }
        return !hadKeys && !stale(keys, now, clock.getAsLong());
    }

    /** True while the file requires no key, but it is not known whether the store has some. */
    public boolean undecided() {
        SluiceConfig now = config.get();
        return now.auth().open() && stale(stored.get(), now, clock.getAsLong());
    }

    /** Whether any key or token can have an admin role; otherwise the admin listener is open to this machine. */
    public boolean hasAdministrators() {
        SluiceConfig now = config.get();
        return now.auth().jwt() != null
                || now.auth().keys().stream().anyMatch(key -> key.role() != null && key.role() != Role.NONE)
                || stored.get().keys().values().stream().anyMatch(KeyRing::administers);
    }

    /** Whether the store's keys are known and fresh enough for decisions. */
    public boolean storeKnown() {
        return !stale(stored.get(), config.get(), clock.getAsLong());
    }

    /** The stored keys used since the last call, each with the minute of its last use. */
    public Map<String, Instant> takeLastUses() {
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

    private KeyTable table() {
        SluiceConfig current = config.get();
        KeyTable keys = table;
        if (keys.config != current) {
            keys = new KeyTable(current);
            table = keys;
        }
        return keys;
    }

    private static AuthResult refused(String code, String message) {
        return AuthResult.refused(GatewayError.of(Kind.AUTHENTICATION, message).withCode(code));
    }

    @Override
    public String toString() {
        return table.fromFile.size() + " keys of the config file, " + stored.get();
    }

    /** The keys under one configuration. At a change, two event loops may both create one; either is correct. */
    private final class KeyTable {

        private static final int SPARE_ENTRIES = 1_000;

        private final SluiceConfig config;
        private final Map<String, KeyEntry> fromFile;
        private final Map<String, KeyEntry> fromStore = new ConcurrentHashMap<>();
        /**
         * One per thread: a Mac is not thread safe, and creating one costs more than the hash. Null without a pepper.
         */
        private final ThreadLocal<KeyHash.Hasher> hasher;

        KeyTable(SluiceConfig config) {
            this.config = config;
            this.fromFile = KeyEntry.fromFile(config);
            if (config.auth().pepper() == null) {
                this.hasher = null;
            } else {
                byte[] key = KeyHash.pepperKey(config.auth().pepper().reveal());
                this.hasher = ThreadLocal.withInitial(() -> new KeyHash.Hasher(key));
            }
        }

        /**
         * Parses a key at its first use after a change of the store. A snapshot that was only confirmed has the same
         * objects.
         */
        KeyEntry stored(String id, StoredKeys keys) {
            StoredKey key = keys.keys().get(id);
            if (key == null) {
                return KeyEntry.UNKNOWN;
            }
            KeyEntry entry = fromStore.get(id);
            if (entry == null || !entry.isFrom(key)) {
                if (fromStore.size() > keys.keys().size() + SPARE_ENTRIES) {
                    fromStore.clear(); // most entries are of deleted keys
                }
                entry = entry(key);
                fromStore.put(id, entry);
            }
            return entry;
        }

        private KeyEntry entry(StoredKey key) {
            try {
                return KeyEntry.fromStore(key, config, used);
            } catch (IllegalArgumentException notAHash) {
                refusalLog.log("key " + key.id(), "its hash in the store is malformed");
                return KeyEntry.UNKNOWN;
            }
        }
    }
}
