package dev.sluice.provider.state;

import dev.sluice.config.ProviderConfig.ApiKey;
import dev.sluice.model.GatewayError;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The API keys of one provider, weighted. A key that is refused or throttled rests alone; the others take its share.
 * Shared by all instances of the provider's verticle, so that a throttled key rests for the whole process.
 */
public final class KeyPool {

    /** How long a key rests when the provider did not say. */
    private static final long THROTTLED_MILLIS = 1_000;

    private static final long REFUSED_MILLIS = 60_000;
    private static final long LONGEST_MILLIS = 600_000;

    /** What a provider without keys uses: nothing to send, nothing to rest. */
    private static final int NO_KEY = -1;

    private final List<ApiKey> keys;
    private final AtomicLongArray restsUntil;
    private final AtomicReferenceArray<GatewayError> whyResting;

    KeyPool(List<ApiKey> keys) {
        this.keys = keys;
        this.restsUntil = new AtomicLongArray(keys.size());
        this.whyResting = new AtomicReferenceArray<>(keys.size());
        long now = System.nanoTime();
        for (int i = 0; i < keys.size(); i++) {
            restsUntil.set(i, now);
        }
    }

    /** A key drawn for one attempt. */
    public final class Lease {

        private final int index;

        private Lease(int index) {
            this.index = index;
        }

        /** The key itself, or null when the provider takes none. */
        public String secret() {
            return index == NO_KEY ? null : keys.get(index).key().reveal();
        }

        /**
         * Lets the key rest if the error is about the key.
         *
         * @return true when another key is ready to try at once
         */
        public boolean failed(GatewayError error) {
            if (index == NO_KEY) {
                return false;
            }
            switch (error.kind()) {
                case RATE_LIMITED -> rest(error, THROTTLED_MILLIS);
                case PROVIDER_AUTH, QUOTA_SPENT -> rest(error, REFUSED_MILLIS);
                default -> {
                    return false;
                }
            }
            return resting(System.nanoTime()) < keys.size();
        }

        private void rest(GatewayError error, long otherwiseMillis) {
            long millis = error.retryAfterMillis() >= 0 ? error.retryAfterMillis() : otherwiseMillis;
            whyResting.set(index, error);
            restsUntil.set(index, System.nanoTime() + Math.min(millis, LONGEST_MILLIS) * 1_000_000);
        }
    }

    /** Draws a key that is not resting, by weight; null when all rest. */
    public Lease draw() {
        if (keys.isEmpty()) {
            return new Lease(NO_KEY);
        }
        if (keys.size() == 1) {
            return rests(0, System.nanoTime()) ? null : new Lease(0);
        }
        long now = System.nanoTime();
        int total = 0;
        for (int i = 0; i < keys.size(); i++) {
            total += rests(i, now) ? 0 : keys.get(i).weight();
        }
        if (total == 0) {
            return null;
        }
        int ticket = ThreadLocalRandom.current().nextInt(total);
        for (int i = 0; i < keys.size(); i++) {
            if (!rests(i, now)) {
                ticket -= keys.get(i).weight();
                if (ticket < 0) {
                    return new Lease(i);
                }
            }
        }
        // A key began or ended its rest between the two loops.
        return null;
    }

    /** Why there is no key to draw: the refusal of the key that is ready first, with the time until then. */
    public GatewayError exhausted(String provider) {
        long now = System.nanoTime();
        int first = 0;
        for (int i = 1; i < keys.size(); i++) {
            if (restsUntil.get(i) - restsUntil.get(first) < 0) {
                first = i;
            }
        }
        long millis = Math.max(1, (restsUntil.get(first) - now) / 1_000_000);
        GatewayError why = whyResting.get(first);
        GatewayError.Kind kind = why == null ? GatewayError.Kind.UNAVAILABLE : why.kind();
        String each = keys.size() == 1 ? "the key" : "each of the " + keys.size() + " keys";
        return GatewayError.of(
                        kind,
                        each + " of provider " + provider + " rests after a refusal: "
                                + (why == null ? "try again" : why.message()))
                .withRetryAfter(millis);
    }

    int size() {
        return keys.size();
    }

    int resting(long now) {
        int resting = 0;
        for (int i = 0; i < keys.size(); i++) {
            resting += rests(i, now) ? 1 : 0;
        }
        return resting;
    }

    /** Whether there are keys, and none is ready. */
    boolean allRest(long now) {
        for (int i = 0; i < keys.size(); i++) {
            if (!rests(i, now)) {
                return false;
            }
        }
        return !keys.isEmpty();
    }

    private boolean rests(int index, long now) {
        return restsUntil.get(index) - now > 0;
    }
}
