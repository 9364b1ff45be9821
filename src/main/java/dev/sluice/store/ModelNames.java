package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;

/**
 * The model names that the ledger keeps. Where a provider accepts any model, clients choose the names, and each name
 * would be a row of every sum. Models that the configuration lists always keep their names. Others keep them once they
 * have been served, up to a number for each provider and day. All remaining ones share a name.
 */
final class ModelNames {

    /** The name of models that are not named. No provider has a model of that name. */
    static final String OTHER = "(other)";

    /** The most unlisted models that are named, for each provider and day. */
    static final int MOST = 1000;

    /** Of these, what attempts may take that did not succeed but were not refused either, such as in an outage. */
    static final int MOST_NOT_SERVED = MOST / 2;

    /** The target of requests to a provider's own API. */
    private static final String ALL_MODELS = "*";

    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final int OVERLOADED = 429;

    private final ReentrantLock lock = new ReentrantLock();
    private final BiPredicate<String, String> listed;
    private final Map<String, Set<String>> named = new HashMap<>();
    /** Those of the listed models that occurred, since looking them up takes time in a large configuration. */
    private final Map<String, Set<String>> known = new HashMap<>();

    private long day;

    /** @param listed whether the configuration lists a model of a provider */
    ModelNames(BiPredicate<String, String> listed) {
        this.listed = listed;
    }

    boolean listed(String provider, String model) {
        return model.equals(ALL_MODELS) || listed.test(provider, model);
    }

    /** The row as the ledger has it: the same one, or one with the common name. */
    LedgerRow bounded(LedgerRow row) {
        AttemptRecord attempt = row.attempt();
        lock.lock();
        try {
            return attempt.model() == null || isNamed(attempt)
                    ? row
                    : new LedgerRow(row.id(), row.process(), attempt.withModel(OTHER));
        } finally {
            lock.unlock();
        }
    }

    private boolean isNamed(AttemptRecord attempt) {
        long today = System.currentTimeMillis() / DAY;
        if (today != day) {
            day = today;
            named.clear();
            known.clear();
        }
        String provider = Columns.orEmpty(attempt.provider());
        Set<String> ofConfig = known.computeIfAbsent(provider, of -> new HashSet<>());
        Set<String> names = named.computeIfAbsent(provider, of -> new HashSet<>());
        if (ofConfig.contains(attempt.model()) || names.contains(attempt.model())) {
            return true;
        }
        if (listed(provider, attempt.model())) {
            return ofConfig.add(attempt.model());
        }
        boolean served = "ok".equals(attempt.outcome());
        return names.size() < (served ? MOST : refused(attempt) ? 0 : MOST_NOT_SERVED) && names.add(attempt.model());
    }

    /** Whether the provider may not know the model. Providers report that with different statuses. */
    private static boolean refused(AttemptRecord attempt) {
        return attempt.status() >= 400
                && attempt.status() < 500
                && attempt.status() != OVERLOADED
                && "failed".equals(attempt.outcome());
    }
}
