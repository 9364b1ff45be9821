package dev.sluice.bus;

import dev.sluice.model.CancelCause;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Cancels one attempt at the provider's side. Fires once, from any thread. */
public final class CancelSignal {

    private record Listener(Context context, Consumer<CancelCause> action) {}

    /** Null, then a {@link Listener}, then a {@link CancelCause}; or a cause without a listener. */
    private final AtomicReference<Object> state = new AtomicReference<>();

    public void fire(CancelCause cause) {
        Object before = state.getAndUpdate(now -> now instanceof CancelCause ? now : cause);
        if (before instanceof Listener listener) {
            listener.context.runOnContext(v -> listener.action.accept(cause));
        }
    }

    /**
     * Runs the action on the context when the signal fires, at once if it has fired already. There is one listener: a
     * further one replaces it.
     */
    public void listen(Context context, Consumer<CancelCause> action) {
        Listener listener = new Listener(context, action);
        Object before = state.getAndUpdate(now -> now instanceof CancelCause ? now : listener);
        if (before instanceof CancelCause cause) {
            action.accept(cause);
        }
    }
}
