package dev.sluice.store;

import dev.sluice.binding.ByteSize;
import dev.sluice.config.StoreConfig;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget;
import dev.sluice.model.LedgerRow;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.model.Usage;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;

/** Rows, keys and settings for tests. */
public final class StoreRecords {

    /** A Wednesday, twenty past two in the afternoon. */
    public static final Instant NOW = Instant.parse("2026-03-04T14:20:00Z");

    /** A configuration that lists every model. */
    public static final BiPredicate<String, String> ANY_MODEL = (provider, model) -> true;

    private static final long PROCESS = -42;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private StoreRecords() {}

    public static AttemptRecord row(String requestId) {
        return row(requestId, 1, "k1", "openai", "ok", 1000, NOW);
    }

    public static AttemptRecord row(
            String requestId, int attempt, String key, String provider, String outcome, long cost, Instant at) {
        return new AttemptRecord(
                requestId,
                attempt,
                key,
                "k1".equals(key) ? "red" : null,
                null,
                "fast",
                provider,
                "gpt-5",
                "chat",
                new Usage(100, 20, 10, 5, 7, cost, true),
                cost,
                cost < 0 ? CostSource.UNKNOWN : CostSource.REPORTED,
                outcome,
                "ok".equals(outcome) ? null : "upstream_failed",
                200,
                at.toEpochMilli(),
                1234,
                56);
    }

    /** Of an attempt that the provider refused because it does not know the model. */
    public static AttemptRecord unknownModel(String model) {
        return new AttemptRecord(
                "r",
                1,
                "k1",
                "red",
                null,
                null,
                "openai",
                model,
                "chat",
                Usage.UNKNOWN,
                0,
                CostSource.NONE,
                "failed",
                "model_not_found",
                404,
                NOW.toEpochMilli(),
                12,
                -1);
    }

    /** The rows with names, as the journal gives them. */
    public static List<LedgerRow> named(AttemptRecord... rows) {
        return named(List.of(rows));
    }

    public static List<LedgerRow> named(List<AttemptRecord> rows) {
        return rows.stream()
                .map(row -> LedgerRow.of(row, PROCESS, NUMBERS.incrementAndGet()))
                .toList();
    }

    public static StoredKey key(String id) {
        return new StoredKey(
                id,
                "of " + id,
                "hmac-sha256:salt:" + id,
                null,
                null,
                "red",
                "gold",
                List.of("openai/*", "o'hara"),
                List.of("chat"),
                Role.VIEWER,
                new Limits(1, 2, 3, 4, 5),
                new Budget(7_000_000_000_000L, Budget.Period.MONTH, 0.75, true, Budget.Uncounted.ALLOW),
                Map.of("cost-centre", "42"),
                NOW,
                NOW.plusSeconds(3600),
                null,
                null,
                "admin");
    }

    /**
     * A store whose own sweep, a second after it opens, deletes nothing: no row of a test is older than its retention.
     */
    public static StoreConfig config(String url, Path journal, long maxJournal) {
        Duration retention = Duration.ofDays(20_000);
        Duration ownerRetention = Duration.ofDays(30_000);
        return new StoreConfig(
                url,
                journal.toString(),
                new ByteSize(maxJournal),
                retention,
                ownerRetention,
                Duration.ofHours(1),
                true);
    }

    /** The result, or the failure as it is. */
    public static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    public static Throwable failure(Future<?> future) throws Exception {
        return get(future.map((Throwable) null).otherwise(failure -> failure));
    }
}
