package dev.sluice.reload;

import dev.sluice.config.ConfigHistoryEntry;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The latest edits of the config file, in memory. Written on one context, read by any thread. */
final class ConfigHistory {

    private static final int KEPT = 50;

    private volatile List<ConfigHistoryEntry> entries = List.of();

    /** The entries, newest first. */
    List<ConfigHistoryEntry> entries() {
        return entries;
    }

    void accepted(String revision) {
        add(new ConfigHistoryEntry(Instant.now(), revision, true, List.of()));
    }

    /** @param revision the active revision */
    void refused(String revision, List<String> problems) {
        add(new ConfigHistoryEntry(Instant.now(), revision, false, List.copyOf(problems)));
    }

    private void add(ConfigHistoryEntry entry) {
        entries = Stream.concat(Stream.of(entry), entries.stream()).limit(KEPT).toList();
    }
}
