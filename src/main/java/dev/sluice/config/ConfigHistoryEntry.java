package dev.sluice.config;

import java.time.Instant;
import java.util.List;

/**
 * The result of one edit of the file.
 *
 * @param revision the revision that was active after it; a refused edit leaves the previous one active
 * @param accepted whether it became active
 * @param problems why it was refused; empty if it was accepted
 */
public record ConfigHistoryEntry(Instant at, String revision, boolean accepted, List<String> problems) {}
