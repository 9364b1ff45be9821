package dev.sluice.store;

import dev.sluice.model.AttemptRecord;
import dev.sluice.store.sql.Row;
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

    /** The sums of a stored bucket whose first figure is in the given column. */
    static UsageSums of(Row row, int column) {
        UsageSums sums = new UsageSums();
        sums.requests = row.number(column);
        sums.attempts = row.number(column + 1);
        sums.failed = row.number(column + 2);
        sums.cancelled = row.number(column + 3);
        sums.prompt = row.number(column + 4);
        sums.completion = row.number(column + 5);
        sums.cached = row.number(column + 6);
        sums.cacheWrite = row.number(column + 7);
        sums.reasoning = row.number(column + 8);
        sums.cost = row.number(column + 9);
        sums.unpriced = row.number(column + 10);
        return sums;
    }

    /** Whether every attempt failed, without a cost. */
    boolean onlyFailed() {
        return failed == attempts && cost == 0;
    }

    void add(AttemptRecord row) {
        requests += row.attempt() == 1 ? 1 : 0;
        attempts++;
        failed += "failed".equals(row.outcome()) ? 1 : 0;
        cancelled += "cancelled".equals(row.outcome()) ? 1 : 0;
        prompt = sum(prompt, row.usage().promptTokens());
        completion = sum(completion, row.usage().completionTokens());
        cached = sum(cached, row.usage().cachedTokens());
        cacheWrite = sum(cacheWrite, row.usage().cacheWriteTokens());
        reasoning = sum(reasoning, row.usage().reasoningTokens());
        cost = sum(cost, Math.max(0, row.costNanoUsd()));
        unpriced += row.costNanoUsd() < 0 ? 1 : 0;
    }

    void add(UsageSums other) {
        requests = sum(requests, other.requests);
        attempts = sum(attempts, other.attempts);
        failed = sum(failed, other.failed);
        cancelled = sum(cancelled, other.cancelled);
        prompt = sum(prompt, other.prompt);
        completion = sum(completion, other.completion);
        cached = sum(cached, other.cached);
        cacheWrite = sum(cacheWrite, other.cacheWrite);
        reasoning = sum(reasoning, other.reasoning);
        cost = sum(cost, other.cost);
        unpriced = sum(unpriced, other.unpriced);
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

    /** No sum is above the limit of a bucket, so that none overflows. */
    private static long sum(long one, long other) {
        return one > Rollups.MOST - other ? Rollups.MOST : one + other;
    }
}
