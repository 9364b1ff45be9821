package dev.sluice.auth.keys;

import dev.sluice.store.StoredKey;
import java.time.Instant;
import java.util.Map;

/**
 * The store's keys as last heard of.
 *
 * @param keys by id; must not change any more. Entries that stay the same object between two hearings are not read anew
 * @param at when they were last known to be right, even if nothing had changed
 * @param known false until the store was heard once
 */
public record StoredKeys(Map<String, StoredKey> keys, Instant at, boolean known) {

    /** There is no store, and so there is nothing to hear. */
    public static final StoredKeys NONE = new StoredKeys(Map.of(), Instant.MAX, true);

    /** There is a store, and it has said nothing yet. */
    public static final StoredKeys UNHEARD = new StoredKeys(Map.of(), Instant.MIN, false);

    /** Only how many: hashes are no secrets, but nobody needs them in a log. */
    @Override
    public String toString() {
        return known ? keys.size() + " stored keys of " + at : "stored keys not known yet";
    }
}
