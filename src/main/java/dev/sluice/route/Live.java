package dev.sluice.route;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What serves now, swapped whole, and the proof that what served before is no longer used: a provider is stopped only
 * when no running request can still call it.
 */
public final class Live {

    private volatile Serving current;
    private final List<Consumer<Serving>> listeners = new CopyOnWriteArrayList<>();
    private final List<Serving> superseded = new CopyOnWriteArrayList<>();

    public Live(Serving first) {
        this.current = first;
    }

    public Serving current() {
        return current;
    }

    /** For one request. To be matched by {@link Serving#leave}. */
    public Serving enter() {
        while (true) {
            Serving serving = current;
            serving.join();
            if (serving == current) {
                return serving;
            }
            // Swapped in between: whoever counts users may not have seen this one.
            serving.leave();
        }
    }

    /** Is told of each swap, after it. */
    public void onSwap(Consumer<Serving> listener) {
        listeners.add(listener);
    }

    /** From now on new requests are served by this. */
    public void swap(Serving next) {
        superseded.add(current);
        current = next;
        listeners.forEach(listener -> listener.accept(next));
        forgetUnused();
    }

    /** True while a running request may still call this deployment of a provider. */
    public boolean mayCall(String provider, long generation) {
        forgetUnused();
        return current.routes().generation(provider) == generation
                || superseded.stream().anyMatch(serving -> serving.routes().generation(provider) == generation);
    }

    /** Only what is superseded may go: a request that joins it from now on sees so, and leaves again. */
    private void forgetUnused() {
        superseded.removeIf(serving -> !serving.inUse());
    }
}
