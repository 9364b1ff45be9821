package dev.sluice.store;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each key was last used, on its way to the store: a request writes one number, a timer writes the table. */
final class LastUsed {

    private final Keys keys;
    private final Map<String, Use> uses = new ConcurrentHashMap<>();

    LastUsed(Keys keys) {
        this.keys = keys;
    }

    void touch(String key, long epochMillis) {
        Use use = uses.get(key);
        if (use == null) {
            use = uses.computeIfAbsent(key, first -> new Use());
        }
        use.at = epochMillis;
    }

    Future<Void> flush() {
        Map<String, Instant> news = new HashMap<>();
        uses.forEach((key, use) -> {
            if (use.at > use.written) {
                news.put(key, Instant.ofEpochMilli(use.at));
            }
        });
        return keys.touch(news).onSuccess(done -> news.forEach((key, at) -> uses.get(key).written = at.toEpochMilli()));
    }

    private static final class Use {
        private volatile long at;
        private volatile long written;
    }
}
