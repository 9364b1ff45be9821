package dev.sluice.config;

import java.time.Instant;
import java.util.List;

/**
 * The active configuration, as probes and the admin API report it.
 *
 * @param revision hash of the active configuration
 * @param loadedAt when it became active
 * @param lastRefusal the newest edit, if it was refused; null if it is active
 * @param restartNeeded paths of keys that were changed in the file and take effect at the next start only
 */
public record ConfigStatus(String revision, Instant loadedAt, Refusal lastRefusal, List<String> restartNeeded) {

    /** A refused edit with its problems. Each problem names file, line, column and the expected value. */
    public record Refusal(Instant at, List<String> problems) {}
}
