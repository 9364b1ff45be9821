package dev.sluice.store;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When keys were last used, on its way to the store; what cannot be written is kept for the next time. */
final class LastUsedTimes {

    private final KeyTable keys;
    private final Map<String, Instant> waiting = new ConcurrentHashMap<>();

    LastUsedTimes(KeyTable keys) {
        this.keys = keys;
    }

    /** Any thread; never waits. */
    void touch(String key, long epochMillis) {
        waiting.merge(key, Instant.ofEpochMilli(epochMillis), (one, other) -> one.isAfter(other) ? one : other);
    }

    Future<Void> flush() {
        Map<String, Instant> news = Map.copyOf(waiting);
        // Unless a later use has come meanwhile.
        return keys.touch(news).onSuccess(done -> news.forEach((key, at) -> waiting.remove(key, at)));
    }
}
