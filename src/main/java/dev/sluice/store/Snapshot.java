package dev.sluice.store;

import java.time.Instant;
import java.util.Map;

/**
 * An immutable snapshot of all keys and teams.
 *
 * @param keys by public id, including revoked and expired ones
 * @param teams by name
 * @param at when the store last confirmed this state; {@link Instant#EPOCH} if it never has
 */
public record Snapshot(Map<String, StoredKey> keys, Map<String, StoredTeam> teams, Instant at) {

    static final Snapshot NONE = new Snapshot(Map.of(), Map.of(), Instant.EPOCH);

    Snapshot confirmed(Instant now) {
        return new Snapshot(keys, teams, now);
    }

    /** Prints counts only: hashes must not be logged. */
    @Override
    public String toString() {
        return "Snapshot[" + keys.size() + " keys, " + teams.size() + " teams, " + at + "]";
    }
}
