package dev.sluice.config;

import java.time.Instant;
import java.util.List;

/**
 * The result of one edit of the file.
 *
 * @param revision what served after it; of a refused edit the one that went on
 * @param accepted whether it serves
 * @param problems why it was refused; empty when it was not
 */
public record ConfigHistoryEntry(Instant at, String revision, boolean accepted, List<String> problems) {}
