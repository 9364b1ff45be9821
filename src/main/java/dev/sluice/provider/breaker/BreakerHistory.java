package dev.sluice.provider.breaker;

import dev.sluice.model.BreakerStatus.State;
import dev.sluice.model.BreakerStatus.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The last state changes of a breaker, shown to operators. */
final class BreakerHistory {

    static final int LENGTH = 20;

    private final AtomicReference<List<Turn>> entries = new AtomicReference<>(List.of());

    void add(State state, String reason) {
        Turn turn = new Turn(Instant.now(), state, reason);
        entries.updateAndGet(before -> {
            List<Turn> after = new ArrayList<>(before);
            after.add(turn);
            return List.copyOf(after.subList(Math.max(0, after.size() - LENGTH), after.size()));
        });
    }

    /** Oldest first. */
    List<Turn> entries() {
        return entries.get();
    }
}
