package dev.sluice.bus;

import dev.sluice.model.CancelCause;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Tells the provider's side of one attempt that nobody wants the answer any more. Fires once, from any thread. */
public final class CancelSignal {

    private record Listener(Context context, Consumer<CancelCause> action) {}

    /** Null, then a {@link Listener}, then a {@link CancelCause}; or a cause before anybody listened. */
    private final AtomicReference<Object> state = new AtomicReference<>();

    public void fire(CancelCause cause) {
        Object before = state.getAndUpdate(now -> now instanceof CancelCause ? now : cause);
        if (before instanceof Listener listener) {
            listener.context.runOnContext(v -> listener.action.accept(cause));
        }
    }

    /**
     * Runs the action on the context when the signal fires, at once if it has already. There is one listener: the next
     * one takes the place of the one before.
     */
    public void listen(Context context, Consumer<CancelCause> action) {
        Listener listener = new Listener(context, action);
        Object before = state.getAndUpdate(now -> now instanceof CancelCause ? now : listener);
        if (before instanceof CancelCause cause) {
            action.accept(cause);
        }
    }
}
