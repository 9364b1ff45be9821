package dev.sluice.reload;

import dev.sluice.config.ConfigTurn;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The last turns of the config file, in memory. Written on one context, read by any thread. */
final class History {

    private static final int KEPT = 50;

    private volatile List<ConfigTurn> turns = List.of();

    /** The newest first. */
    List<ConfigTurn> turns() {
        return turns;
    }

    void accepted(String revision) {
        add(new ConfigTurn(Instant.now(), revision, true, List.of()));
    }

    /** @param revision what serves on */
    void refused(String revision, List<String> problems) {
        add(new ConfigTurn(Instant.now(), revision, false, List.copyOf(problems)));
    }

    private void add(ConfigTurn turn) {
        turns = Stream.concat(Stream.of(turn), turns.stream()).limit(KEPT).toList();
    }
}
