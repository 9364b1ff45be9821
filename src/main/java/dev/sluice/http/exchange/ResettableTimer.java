package dev.sluice.http.exchange;

import io.vertx.core.Context;

/** One timer of one exchange: what is set anew replaces what was set. Confined to its context. */
final class ResettableTimer {

    private static final long NONE = -1;

    private final Context context;
    private long timer = NONE;

    ResettableTimer(Context context) {
        this.context = context;
    }

    void set(long millis, Runnable action) {
        cancel();
        timer = context.owner().setTimer(millis, id -> {
            timer = NONE;
            action.run();
        });
    }

    void cancel() {
        if (timer != NONE) {
            context.owner().cancelTimer(timer);
            timer = NONE;
        }
    }
}
