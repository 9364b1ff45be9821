package dev.sluice.config;

import java.time.Instant;
import java.util.List;

/**
 * The active configuration, as probes and the admin API report it.
 *
 * @param revision hash of the configuration that serves
 * @param loadedAt since when it serves
 * @param lastRefusal the edit that was refused since, or null when the newest edit serves
 * @param restartNeeded paths of keys that were changed in the file and take effect with the next start only
 */
public record ConfigStatus(String revision, Instant loadedAt, Refusal lastRefusal, List<String> restartNeeded) {

    /** An edit that changed nothing, because of its problems: each with file, line, column and what was expected. */
    public record Refusal(Instant at, List<String> problems) {}
}
