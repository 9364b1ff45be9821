package dev.sluice.provider.breaker;

import dev.sluice.model.BreakerStatus.State;
import dev.sluice.model.BreakerStatus.StateChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The recent state changes of a breaker, for operators. */
final class BreakerHistory {

    static final int LENGTH = 20;

    private final AtomicReference<List<StateChange>> entries = new AtomicReference<>(List.of());

    void add(State state, String reason) {
        StateChange change = new StateChange(Instant.now(), state, reason);
        entries.updateAndGet(before -> {
            List<StateChange> after = new ArrayList<>(before);
            after.add(change);
            return List.copyOf(after.subList(Math.max(0, after.size() - LENGTH), after.size()));
        });
    }

    /** Oldest first. */
    List<StateChange> entries() {
        return entries.get();
    }
}
