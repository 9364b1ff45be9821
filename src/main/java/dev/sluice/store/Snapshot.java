package dev.sluice.store;

import java.time.Instant;
import java.util.Map;

/**
 * All keys and teams, as they were at a moment; immutable.
 *
 * @param keys by public id, revoked and expired ones included
 * @param teams by name
 * @param at when the store last said that this is so; {@link Instant#EPOCH} when it never has
 */
public record Snapshot(Map<String, StoredKey> keys, Map<String, StoredTeam> teams, Instant at) {

    static final Snapshot NONE = new Snapshot(Map.of(), Map.of(), Instant.EPOCH);

    Snapshot confirmed(Instant now) {
        return new Snapshot(keys, teams, now);
    }

    /** Counts, since a hash must not be printed. */
    @Override
    public String toString() {
        return "Snapshot[" + keys.size() + " keys, " + teams.size() + " teams, " + at + "]";
    }
}
