package dev.sluice.store;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A buffer of the times at which keys were last used. Times that cannot be written are kept for the next attempt. */
final class LastUsedTimes {

    private final KeyTable keys;
    private final Map<String, Instant> waiting = new ConcurrentHashMap<>();

    LastUsedTimes(KeyTable keys) {
        this.keys = keys;
    }

    /** Thread-safe, never blocks. */
    void touch(String key, long epochMillis) {
        waiting.merge(key, Instant.ofEpochMilli(epochMillis), (one, other) -> one.isAfter(other) ? one : other);
    }

    Future<Void> flush() {
        Map<String, Instant> pending = Map.copyOf(waiting);
        // Removes an entry unless a later use was recorded meanwhile.
        return keys.touch(pending).onSuccess(done -> pending.forEach((key, at) -> waiting.remove(key, at)));
    }
}
