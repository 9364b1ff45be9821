package dev.sluice.auth.keys;

import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.Map;

/**
 * The store's keys as last loaded.
 *
 * @param keys by id; immutable. Entries that are the same object in two snapshots are not parsed again
 * @param at when they were last confirmed, changed or not
 * @param known false until the store has responded once
 */
public record StoredKeys(Map<String, StoredKey> keys, Instant at, boolean known) {

    /** Without a store. */
    public static final StoredKeys NONE = new StoredKeys(Map.of(), Instant.MAX, true);

    /** With a store that has not responded yet. */
    public static final StoredKeys UNKNOWN = new StoredKeys(Map.of(), Instant.MIN, false);

    /** Only the number: logs need no hashes. */
    @Override
    public String toString() {
        return known ? keys.size() + " stored keys of " + at : "stored keys not known yet";
    }
}
