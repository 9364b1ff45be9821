package dev.sluice.provider.state;

import dev.sluice.config.ProviderConfig.ApiKey;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.KeyFault;
import dev.sluice.model.KeyFault.Scope;
import dev.sluice.model.ProviderStatus;
import dev.sluice.observe.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of one provider, with weights. A throttled key gets a cooldown for the model that was requested, a
 * rejected key or one without quota a cooldown for all models. The other keys take its share. Shared by all instances
 * of the provider's verticle, so that a cooldown holds for the whole process.
 *
 * <p>The words of a request may bring an error about that reads as if the key were at fault. So a rejection is checked
 * ({@link KeyCheck}) where the provider allows it, and a mere suspicion only makes a key the last choice for a while.
 */
public final class KeyPool implements Metrics.KeyGauges {

    /** Models with a cooldown at the same time. Beyond them a throttled model gets none, and is requested again. */
    static final int MAX_MODELS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(KeyPool.class);

    private static final long REFUSED_MILLIS = 60_000;
    private static final long LONGEST_MILLIS = 600_000;

    /** Long enough for a second attempt of the same request. */
    private static final long LAST_CHOICE_MILLIS = 1_000;

    /** Minimum time between two checks of a key, so that callers cannot cause a load of checks. */
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The lease of a provider without keys: there is nothing to send and nothing to cool down. */
    private static final int NO_KEY = -1;

    private final String provider;
    private final List<ApiKey> keys;
    private final AtomicReferenceArray<Cooldown> ofAllModels;
    private final ConcurrentHashMap<String, AtomicReferenceArray<Cooldown>> byModel = new ConcurrentHashMap<>();
    private final AtomicLongArray lastChoiceUntil;
    private final AtomicLongArray nextCheck;

    private record Cooldown(Kind kind, boolean modelOnly, String detail, long untilNanos) {}

    KeyPool(String provider, List<ApiKey> keys) {
        this.provider = provider;
        this.keys = keys;
        this.ofAllModels = new AtomicReferenceArray<>(keys.size());
        this.lastChoiceUntil = new AtomicLongArray(keys.size());
        this.nextCheck = new AtomicLongArray(keys.size());
        long now = System.nanoTime();
        for (int i = 0; i < keys.size(); i++) {
            lastChoiceUntil.set(i, now);
            nextCheck.set(i, now);
        }
    }

    /** A key drawn for one attempt. */
    public final class Lease {

        private final int index;
        private final String model;

        private Lease(int index, String model) {
            this.index = index;
            this.model = model;
        }

        /** The key itself, or null when the provider needs none. */
        public String secret() {
            return index == NO_KEY ? null : keys.get(index).key().reveal();
        }

        /**
         * Reports the error of the attempt: starts a cooldown of the key if the error is about the key.
         *
         * @param error without secrets
         * @param check decides whether a rejected key is rejected for other requests, too; null where there is none
         * @return true when another key may be tried at once
         */
        public boolean failed(GatewayError error, KeyCheck check) {
            Scope scope = error.keyFault().scope();
            boolean rejected = error.kind() == Kind.PROVIDER_AUTH;
            if (index == NO_KEY || scope == Scope.NONE && !rejected) {
                return false;
            }
            if (scope == Scope.NONE) {
                makeLastChoice(LAST_CHOICE_MILLIS);
            } else if (rejected && check != null) {
                makeLastChoice(REFUSED_MILLIS);
                check(error, check);
            } else if (scope == Scope.SUSPECTED) {
                makeLastChoice(REFUSED_MILLIS);
            } else {
                coolDown(error);
            }
            return hasOtherThan(index, model);
        }

        /**
         * Ends the cooldown of a key that was rejected or without quota, since the provider has accepted it.
         *
         * @return the number of the key; 0 when it was in no such cooldown
         */
        public int accepted() {
            Cooldown cooldown = index == NO_KEY ? null : active(ofAllModels, index, System.nanoTime());
            if (cooldown == null || cooldown.kind == Kind.RATE_LIMITED) {
                return 0;
            }
            ofAllModels.compareAndSet(index, cooldown, null);
            LOG.info("Provider {} accepts API key {} again: its cooldown has ended", provider, index + 1);
            return index + 1;
        }

        private void makeLastChoice(long millis) {
            lastChoiceUntil.set(index, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
        }

        private void check(GatewayError error, KeyCheck check) {
            long now = System.nanoTime();
            long due = nextCheck.get(index);
            if (now - due >= 0 && nextCheck.compareAndSet(index, due, now + CHECK_NANOS)) {
                check.check(secret()).onSuccess(result -> checked(error, result));
            }
        }

        private void checked(GatewayError error, KeyCheck.Result result) {
            switch (result) {
                case KeyCheck.Result.Accepted accepted -> {
                    lastChoiceUntil.set(index, System.nanoTime());
                    LOG.warn(
                            "provider {} rejected API key {} for a request, but accepts it: the key stays in use",
                            provider,
                            index + 1);
                }
                case KeyCheck.Result.Rejected rejected -> coolDown(rejected.error());
                case KeyCheck.Result.Unknown unknown -> {
                    if (error.keyFault().scope() != Scope.SUSPECTED) {
                        coolDown(error);
                    }
                }
            }
        }

        private void coolDown(GatewayError error) {
            KeyFault fault = error.keyFault();
            boolean modelOnly = fault.scope() == Scope.MODEL;
            AtomicReferenceArray<Cooldown> cooldowns = modelOnly ? cooldownsOf(model) : ofAllModels;
            if (cooldowns == null) {
                return;
            }
            long usual = error.kind() == Kind.RATE_LIMITED ? GatewayError.THROTTLED_MILLIS : REFUSED_MILLIS;
            long millis = Math.min(error.retryAfterMillis() >= 0 ? error.retryAfterMillis() : usual, LONGEST_MILLIS);
            long now = System.nanoTime();
            boolean coolingDown = active(cooldowns, index, now) != null;
            long until = now + TimeUnit.MILLISECONDS.toNanos(millis);
            cooldowns.set(index, new Cooldown(error.kind(), modelOnly, fault.detail(), until));
            if (!modelOnly && !coolingDown) {
                LOG.warn(
                        "API key {} of provider {} is in cooldown for {} s: {}{}",
                        index + 1,
                        provider,
                        (millis + 999) / 1000,
                        reason(error.kind()),
                        fault.detail() == null ? "" : ": " + fault.detail());
            }
        }
    }

    /**
     * Draws a key by weight from those without a cooldown; null when there is none.
     *
     * @param model that the key is for; null for a request about no model
     */
    public Lease draw(String model) {
        if (keys.isEmpty()) {
            return new Lease(NO_KEY, model);
        }
        AtomicReferenceArray<Cooldown> ofModel = knownCooldowns(model);
        long now = System.nanoTime();
        if (keys.size() == 1) {
            return isUsable(0, ofModel, now) ? new Lease(0, model) : null;
        }
        Lease preferred = draw(model, ofModel, now, false);
        return preferred == null ? draw(model, ofModel, now, true) : preferred;
    }

    /** Draws a key for an operator's check: one in cooldown, as it is the one in question; else by weight. */
    public Lease drawForCheck() {
        long now = System.nanoTime();
        for (int i = 0; i < keys.size(); i++) {
            if (active(ofAllModels, i, now) != null) {
                return new Lease(i, null);
            }
        }
        Lease drawn = draw(null);
        return drawn == null ? new Lease(0, null) : drawn;
    }

    /** Why there is no key to draw: the error of the key whose cooldown ends first, with the time until then. */
    public GatewayError exhausted(String model) {
        long now = System.nanoTime();
        AtomicReferenceArray<Cooldown> ofModel = knownCooldowns(model);
        Cooldown first = null;
        for (int i = 0; i < keys.size(); i++) {
            Cooldown longest = later(active(ofAllModels, i, now), active(ofModel, i, now));
            if (longest != null && (first == null || longest.untilNanos - first.untilNanos < 0)) {
                first = longest;
            }
        }
        String which = keys.size() == 1
                ? "the API key of provider " + provider + " is"
                : "all " + keys.size() + " API keys of provider " + provider + " are";
        if (first == null) {
            return GatewayError.of(Kind.UNAVAILABLE, which + " in cooldown after an error: try again")
                    .withRetryAfter(1);
        }
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(first.untilNanos - now));
        GatewayError error = GatewayError.of(
                        first.kind,
                        which + " in cooldown" + (first.modelOnly ? " for model " + model : "") + ": "
                                + reason(first.kind) + ", retrying in " + (millis + 999) / 1000 + " s")
                .withRetryAfter(millis);
        return first.modelOnly ? error.withKeyFault(KeyFault.MODEL) : error;
    }

    /** Number of keys in cooldown for all models. */
    @Override
    public int coolingKeys() {
        return count(ofAllModels, System.nanoTime());
    }

    /** Number of models for which a key is in cooldown. */
    @Override
    public int coolingModels() {
        long now = System.nanoTime();
        int models = 0;
        for (AtomicReferenceArray<Cooldown> cooldowns : byModel.values()) {
            models += count(cooldowns, now) > 0 ? 1 : 0;
        }
        return models;
    }

    int size() {
        return keys.size();
    }

    /** Every cooldown that has not ended. */
    List<ProviderStatus.Cooldown> cooldowns() {
        long now = System.nanoTime();
        List<ProviderStatus.Cooldown> all = new ArrayList<>();
        add(all, null, ofAllModels, now);
        byModel.forEach((model, cooldowns) -> add(all, model, cooldowns, now));
        return all;
    }

    /** Whether there are keys, and all of them are in cooldown for this model. */
    boolean allCoolingDown(String model, long now) {
        AtomicReferenceArray<Cooldown> ofModel = knownCooldowns(model);
        for (int i = 0; i < keys.size(); i++) {
            if (isUsable(i, ofModel, now)) {
                return false;
            }
        }
        return !keys.isEmpty();
    }

    private Lease draw(String model, AtomicReferenceArray<Cooldown> ofModel, long now, boolean lastChoices) {
        int total = 0;
        for (int i = 0; i < keys.size(); i++) {
            total += isDrawable(i, ofModel, now, lastChoices) ? keys.get(i).weight() : 0;
        }
        if (total == 0) {
            return null;
        }
        int ticket = ThreadLocalRandom.current().nextInt(total);
        for (int i = 0; i < keys.size(); i++) {
            if (isDrawable(i, ofModel, now, lastChoices)) {
                ticket -= keys.get(i).weight();
                if (ticket < 0) {
                    return new Lease(i, model);
                }
            }
        }
        // A cooldown began between the two loops.
        return null;
    }

    private boolean isDrawable(int index, AtomicReferenceArray<Cooldown> ofModel, long now, boolean lastChoices) {
        return isUsable(index, ofModel, now) && (lastChoices || !isLastChoice(index, now));
    }

    private boolean isLastChoice(int index, long now) {
        return lastChoiceUntil.get(index) - now > 0;
    }

    private boolean isUsable(int index, AtomicReferenceArray<Cooldown> ofModel, long now) {
        return active(ofAllModels, index, now) == null && active(ofModel, index, now) == null;
    }

    private boolean hasOtherThan(int index, String model) {
        AtomicReferenceArray<Cooldown> ofModel = knownCooldowns(model);
        long now = System.nanoTime();
        for (int i = 0; i < keys.size(); i++) {
            if (i != index && isDrawable(i, ofModel, now, false)) {
                return true;
            }
        }
        return false;
    }

    /** Null when the model had no cooldown. */
    private AtomicReferenceArray<Cooldown> knownCooldowns(String model) {
        return model == null || byModel.isEmpty() ? null : byModel.get(model);
    }

    /** Null when too many models are in cooldown. */
    private AtomicReferenceArray<Cooldown> cooldownsOf(String model) {
        AtomicReferenceArray<Cooldown> known = byModel.get(model);
        if (known != null) {
            return known;
        }
        if (byModel.size() >= MAX_MODELS) {
            long now = System.nanoTime();
            byModel.values().removeIf(cooldowns -> count(cooldowns, now) == 0);
        }
        return byModel.size() >= MAX_MODELS
                ? null
                : byModel.computeIfAbsent(model, name -> new AtomicReferenceArray<>(keys.size()));
    }

    private static void add(
            List<ProviderStatus.Cooldown> all, String model, AtomicReferenceArray<Cooldown> cooldowns, long now) {
        for (int i = 0; i < cooldowns.length(); i++) {
            Cooldown cooldown = active(cooldowns, i, now);
            if (cooldown != null) {
                all.add(new ProviderStatus.Cooldown(
                        i + 1,
                        model,
                        GatewayError.of(cooldown.kind, "").code(),
                        cooldown.detail,
                        TimeUnit.NANOSECONDS.toMillis(cooldown.untilNanos - now)));
            }
        }
    }

    private static int count(AtomicReferenceArray<Cooldown> cooldowns, long now) {
        int active = 0;
        for (int i = 0; i < cooldowns.length(); i++) {
            active += active(cooldowns, i, now) == null ? 0 : 1;
        }
        return active;
    }

    private static Cooldown active(AtomicReferenceArray<Cooldown> cooldowns, int index, long now) {
        Cooldown cooldown = cooldowns == null ? null : cooldowns.get(index);
        return cooldown == null || cooldown.untilNanos - now <= 0 ? null : cooldown;
    }

    private static Cooldown later(Cooldown one, Cooldown other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.untilNanos - other.untilNanos > 0 ? one : other;
    }

    private static String reason(Kind kind) {
        return switch (kind) {
            case RATE_LIMITED -> "the provider throttled it";
            case QUOTA_SPENT -> "its quota at the provider is exhausted";
            default -> "the provider rejected it";
        };
    }
}
