package dev.sluice.http.exchange;

import io.vertx.core.Context;

/** A one-shot timer that is reused: setting it replaces the action that was set before. Confined to its event loop. */
final class ResettableTimer {

    private static final long NONE = -1;

    private final Context eventLoop;
    private long timer = NONE;

    ResettableTimer(Context eventLoop) {
        this.eventLoop = eventLoop;
    }

    void set(long millis, Runnable action) {
        cancel();
        timer = eventLoop.owner().setTimer(millis, id -> {
            timer = NONE;
            action.run();
        });
    }

    void cancel() {
        if (timer != NONE) {
            eventLoop.owner().cancelTimer(timer);
            timer = NONE;
        }
    }
}
