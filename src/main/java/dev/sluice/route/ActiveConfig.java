package dev.sluice.route;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What serves now, swapped whole, and the proof that what served before is no longer used: a provider is stopped only
 * when no running request can still call it.
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

    /** For one request. To be matched by {@link ConfigSnapshot#leave}. */
    public ConfigSnapshot enter() {
        while (true) {
            ConfigSnapshot snapshot = current;
            snapshot.join();
            if (snapshot == current) {
                return snapshot;
            }
            // Swapped in between: whoever counts users may not have seen this one.
            snapshot.leave();
        }
    }

    /** Is told of each swap, after it. */
    public void onSwap(Consumer<ConfigSnapshot> listener) {
        listeners.add(listener);
    }

    /** From now on new requests are served by this. */
    public void swap(ConfigSnapshot next) {
        superseded.add(current);
        current = next;
        listeners.forEach(listener -> listener.accept(next));
        forgetUnused();
    }

    /** True while a running request may still call this deployment of a provider. */
    public boolean mayCall(String provider, long generation) {
        forgetUnused();
        return current.routes().generation(provider) == generation
                || superseded.stream().anyMatch(snapshot -> snapshot.routes().generation(provider) == generation);
    }

    /** Only what is superseded may go: a request that joins it from now on sees so, and leaves again. */
    private void forgetUnused() {
        superseded.removeIf(snapshot -> !snapshot.inUse());
    }
}
