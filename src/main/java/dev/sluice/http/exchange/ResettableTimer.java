package dev.sluice.http.exchange;

import io.vertx.core.Context;
import java.util.function.Consumer;

/**
 * A one-shot timer that is reused: setting it replaces the action that was set before. A failure of an action goes to
 * its owner. Confined to its event loop.
 */
final class ResettableTimer {

    private static final long NONE = -1;

    private final Context eventLoop;
    private final Consumer<Throwable> failed;
    private long timer = NONE;

    ResettableTimer(Context eventLoop, Consumer<Throwable> failed) {
        this.eventLoop = eventLoop;
        this.failed = failed;
    }

    void set(long millis, Runnable action) {
        cancel();
        timer = eventLoop.owner().setTimer(millis, id -> {
            timer = NONE;
            try {
                action.run();
            } catch (RuntimeException | Error bug) {
                failed.accept(bug);
            }
        });
    }

    void cancel() {
        if (timer != NONE) {
            eventLoop.owner().cancelTimer(timer);
            timer = NONE;
        }
    }
}
