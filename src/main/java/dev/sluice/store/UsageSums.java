package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import java.util.Comparator;

/** The sums of ledger rows in one rollup bucket. */
final class UsageSums {

    /**
     * The key of a bucket.
     *
     * @param begins start of the hour or day, in milliseconds since the epoch
     */
    record Bucket(long begins, String key, String team, String tier, String route, String provider, String model) {

        /** The order in which all processes update buckets, to avoid deadlocks in PostgreSQL. */
        static final Comparator<Bucket> ORDER = Comparator.comparingLong(Bucket::begins)
                .thenComparing(Bucket::key)
                .thenComparing(Bucket::team)
                .thenComparing(Bucket::tier)
                .thenComparing(Bucket::route)
                .thenComparing(Bucket::provider)
                .thenComparing(Bucket::model);

        static Bucket of(AttemptRecord row, long width) {
            return new Bucket(
                    row.startEpochMillis() - Math.floorMod(row.startEpochMillis(), width),
                    Columns.orEmpty(row.key()),
                    Columns.orEmpty(row.team()),
                    Columns.orEmpty(row.tier()),
                    Columns.orEmpty(row.route()),
                    Columns.orEmpty(row.provider()),
                    Columns.orEmpty(row.model()));
        }

        Bucket wider(long width) {
            return new Bucket(begins - Math.floorMod(begins, width), key, team, tier, route, provider, model);
        }
    }

    private long requests;
    private long attempts;
    private long failed;
    private long cancelled;
    private long prompt;
    private long completion;
    private long cached;
    private long cacheWrite;
    private long reasoning;
    private long cost;
    private long unpriced;

    void add(AttemptRecord row) {
        requests += row.attempt() == 1 ? 1 : 0;
        attempts++;
        failed += "failed".equals(row.outcome()) ? 1 : 0;
        cancelled += "cancelled".equals(row.outcome()) ? 1 : 0;
        prompt += row.usage().promptTokens();
        completion += row.usage().completionTokens();
        cached += row.usage().cachedTokens();
        cacheWrite += row.usage().cacheWriteTokens();
        reasoning += row.usage().reasoningTokens();
        cost += Math.max(0, row.costNanoUsd());
        unpriced += row.costNanoUsd() < 0 ? 1 : 0;
    }

    void add(UsageSums other) {
        requests += other.requests;
        attempts += other.attempts;
        failed += other.failed;
        cancelled += other.cancelled;
        prompt += other.prompt;
        completion += other.completion;
        cached += other.cached;
        cacheWrite += other.cacheWrite;
        reasoning += other.reasoning;
        cost += other.cost;
        unpriced += other.unpriced;
    }

    Object[] values(Bucket bucket) {
        return Columns.of(
                bucket.begins,
                bucket.key,
                bucket.team,
                bucket.tier,
                bucket.route,
                bucket.provider,
                bucket.model,
                requests,
                attempts,
                failed,
                cancelled,
                prompt,
                completion,
                cached,
                cacheWrite,
                reasoning,
                cost,
                unpriced);
    }
}
