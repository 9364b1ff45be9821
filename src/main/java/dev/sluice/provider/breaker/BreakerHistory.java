package dev.sluice.provider.breaker;

import dev.sluice.model.BreakerStatus.State;
import dev.sluice.model.BreakerStatus.StateChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The last state changes of a breaker, shown to operators. */
final class BreakerHistory {

    static final int LENGTH = 20;

    private final AtomicReference<List<StateChange>> entries = new AtomicReference<>(List.of());

    void add(State state, String reason) {
        StateChange turn = new StateChange(Instant.now(), state, reason);
        entries.updateAndGet(before -> {
            List<StateChange> after = new ArrayList<>(before);
            after.add(turn);
            return List.copyOf(after.subList(Math.max(0, after.size() - LENGTH), after.size()));
        });
    }

    /** Oldest first. */
    List<StateChange> entries() {
        return entries.get();
    }
}
