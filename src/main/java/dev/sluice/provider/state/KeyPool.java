package dev.sluice.provider.state;

import dev.sluice.config.ProviderConfig.ApiKey;
import dev.sluice.model.GatewayError;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The API keys of one provider, with weights. A key that is rejected or throttled gets a cooldown, and the other keys
 * take its share. Shared by all instances of the provider's verticle, so that a cooldown holds for the whole process.
 */
public final class KeyPool {

    private static final long REFUSED_MILLIS = 60_000;
    private static final long LONGEST_MILLIS = 600_000;

    /** The index of a lease for a provider without keys: it has no secret and no cooldown. */
    private static final int NO_KEY = -1;

    private final List<ApiKey> keys;
    private final AtomicLongArray cooldownUntil;
    private final AtomicReferenceArray<GatewayError> cooldownReason;

    KeyPool(List<ApiKey> keys) {
        this.keys = keys;
        this.cooldownUntil = new AtomicLongArray(keys.size());
        this.cooldownReason = new AtomicReferenceArray<>(keys.size());
        long now = System.nanoTime();
        for (int i = 0; i < keys.size(); i++) {
            cooldownUntil.set(i, now);
        }
    }

    /** A key drawn for one attempt. */
    public final class Lease {

        private final int index;

        private Lease(int index) {
            this.index = index;
        }

        /** The key itself, or null when the provider needs none. */
        public String secret() {
            return index == NO_KEY ? null : keys.get(index).key().reveal();
        }

        /**
         * Starts a cooldown of the key if the error is about the key.
         *
         * @return true when another key may be tried at once
         */
        public boolean failed(GatewayError error) {
            if (index == NO_KEY) {
                return false;
            }
            switch (error.kind()) {
                case RATE_LIMITED -> coolDown(error, GatewayError.THROTTLED_MILLIS);
                case PROVIDER_AUTH, QUOTA_SPENT -> coolDown(error, REFUSED_MILLIS);
                default -> {
                    return false;
                }
            }
            return coolingDown(System.nanoTime()) < keys.size();
        }

        private void coolDown(GatewayError error, long defaultMillis) {
            long millis = error.retryAfterMillis() >= 0 ? error.retryAfterMillis() : defaultMillis;
            cooldownReason.set(index, error);
            cooldownUntil.set(index, System.nanoTime() + Math.min(millis, LONGEST_MILLIS) * 1_000_000);
        }
    }

    /** Draws a key by weight from those without a cooldown; null when there is none. */
    public Lease draw() {
        if (keys.isEmpty()) {
            return new Lease(NO_KEY);
        }
        if (keys.size() == 1) {
            return isCoolingDown(0, System.nanoTime()) ? null : new Lease(0);
        }
        long now = System.nanoTime();
        int total = 0;
        for (int i = 0; i < keys.size(); i++) {
            total += isCoolingDown(i, now) ? 0 : keys.get(i).weight();
        }
        if (total == 0) {
            return null;
        }
        int draw = ThreadLocalRandom.current().nextInt(total);
        for (int i = 0; i < keys.size(); i++) {
            if (!isCoolingDown(i, now)) {
                draw -= keys.get(i).weight();
                if (draw < 0) {
                    return new Lease(i);
                }
            }
        }
        // A cooldown began or ended between the two loops.
        return null;
    }

    /** The error when no key can be drawn: that of the key whose cooldown ends first, with the time until then. */
    public GatewayError exhausted(String provider) {
        long now = System.nanoTime();
        int first = 0;
        for (int i = 1; i < keys.size(); i++) {
            if (cooldownUntil.get(i) - cooldownUntil.get(first) < 0) {
                first = i;
            }
        }
        long millis = Math.max(1, (cooldownUntil.get(first) - now) / 1_000_000);
        GatewayError why = cooldownReason.get(first);
        GatewayError.Kind kind = why == null ? GatewayError.Kind.UNAVAILABLE : why.kind();
        String keysOfProvider =
                keys.size() == 1 ? "the API key of provider " : "all " + keys.size() + " API keys of provider ";
        return GatewayError.of(
                        kind,
                        keysOfProvider + provider + (keys.size() == 1 ? " is" : " are")
                                + " in cooldown after an error: " + (why == null ? "try again" : why.message()))
                .withRetryAfter(millis);
    }

    int size() {
        return keys.size();
    }

    int coolingDown(long now) {
        int coolingDown = 0;
        for (int i = 0; i < keys.size(); i++) {
            coolingDown += isCoolingDown(i, now) ? 1 : 0;
        }
        return coolingDown;
    }

    /** Whether there are keys, and all of them are in cooldown. */
    boolean allCoolingDown(long now) {
        for (int i = 0; i < keys.size(); i++) {
            if (!isCoolingDown(i, now)) {
                return false;
            }
        }
        return !keys.isEmpty();
    }

    private boolean isCoolingDown(int index, long now) {
        return cooldownUntil.get(index) - now > 0;
    }
}
