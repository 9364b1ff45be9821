package dev.sluice.route;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The active configuration. A reload swaps it as a whole. Superseded configurations are tracked while requests use
 * them, so that a provider is stopped only when no running request can still call it.
 */
public final class ActiveConfig {

    private volatile ConfigSnapshot current;
    private final List<Consumer<ConfigSnapshot>> listeners = new CopyOnWriteArrayList<>();
    private final List<ConfigSnapshot> superseded = new CopyOnWriteArrayList<>();

    public ActiveConfig(ConfigSnapshot first) {
        this.current = first;
    }

    public ConfigSnapshot current() {
        return current;
    }

    /**
     * Acquires the current snapshot for one request, which must call {@link ConfigSnapshot#release} when it has ended.
     */
    public ConfigSnapshot acquire() {
        while (true) {
            ConfigSnapshot snapshot = current;
            snapshot.retain();
            if (snapshot == current) {
                return snapshot;
            }
            // Swapped in between: the user count may have been read before this request was added.
            snapshot.release();
        }
    }

    /** Adds a listener that is called after each swap. */
    public void onSwap(Consumer<ConfigSnapshot> listener) {
        listeners.add(listener);
    }

    /** Replaces the active configuration. New requests use the new one, running requests keep theirs. */
    public void swap(ConfigSnapshot next) {
        superseded.add(current);
        current = next;
        listeners.forEach(listener -> listener.accept(next));
        removeUnused();
    }

    /** Whether a current or running request may still call this deployment of a provider. */
    public boolean mayCall(String provider, long generation) {
        removeUnused();
        return current.routes().generation(provider) == generation
                || superseded.stream().anyMatch(snapshot -> snapshot.routes().generation(provider) == generation);
    }

    /**
     * Removes superseded snapshots without users. A request that acquires one later detects the swap and releases it.
     */
    private void removeUnused() {
        superseded.removeIf(snapshot -> !snapshot.inUse());
    }
}
