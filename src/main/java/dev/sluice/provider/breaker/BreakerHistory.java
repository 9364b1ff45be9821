package dev.sluice.provider.breaker;

import dev.sluice.model.BreakerStatus.State;
import dev.sluice.model.BreakerStatus.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A breaker's last turns, for people. */
final class BreakerHistory {

    static final int LENGTH = 20;

    private final AtomicReference<List<Turn>> turns = new AtomicReference<>(List.of());

    void add(State state, String reason) {
        Turn turn = new Turn(Instant.now(), state, reason);
        turns.updateAndGet(before -> {
            List<Turn> after = new ArrayList<>(before);
            after.add(turn);
            return List.copyOf(after.subList(Math.max(0, after.size() - LENGTH), after.size()));
        });
    }

    /** Oldest first. */
    List<Turn> turns() {
        return turns.get();
    }
}
