package dev.sluice.provider.state;

import dev.sluice.catalog.ListedModel;
import dev.sluice.provider.upstream.NetworkFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cached model list of a provider, shared by its instances. It is fetched on first use. One refresh runs at a time;
 * the last known list is returned while it runs and when it fails. From any thread.
 */
public final class ModelListCache {

    private static final Logger LOG = LoggerFactory.getLogger(ModelListCache.class);

    /** Time until the next refresh after a failed one, or the time to live if that is shorter. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String provider;
    private final long ttlNanos;
    private final AtomicReference<Snapshot> cached;
    private final AtomicReference<Refresh> running = new AtomicReference<>();
    private volatile boolean closed;

    /**
     * The last known list.
     *
     * @param models null when none is known yet
     * @param etag of the response they came in, null when it had none
     * @param dueNanos when to refresh
     * @param lastRefreshFailed whether the last refresh failed
     */
    public record Snapshot(List<ListedModel> models, String etag, long dueNanos, boolean lastRefreshFailed) {}

    /** A list as the provider sent it. */
    public record FetchedList(List<ListedModel> models, String etag) {}

    private record Refresh(long startNanos, Promise<List<ListedModel>> done) {}

    ModelListCache(String provider, long ttlNanos) {
        this.provider = provider;
        this.ttlNanos = ttlNanos;
        this.cached = new AtomicReference<>(new Snapshot(null, null, System.nanoTime(), false));
    }

    /**
     * @param waitMillis how long a running refresh is awaited, from its start, when no list is known
     * @param supplier fetches the list, given the last known one; returns the same models when they are unchanged
     */
    public Future<List<ListedModel>> models(long waitMillis, Function<Snapshot, Future<FetchedList>> supplier) {
        long now = System.nanoTime();
        Snapshot snapshot = cached.get();
        Refresh refresh = running.get();
        if (refresh == null && now - snapshot.dueNanos >= 0) {
            refresh = startRefresh(snapshot, now, supplier);
            snapshot = cached.get();
        }
        if (snapshot.models != null) {
            return Future.succeededFuture(snapshot.models);
        }
        long left = refresh == null ? 0 : waitMillis - (now - refresh.startNanos) / 1_000_000;
        if (left <= 0) {
            return Future.succeededFuture(List.of());
        }
        return refresh.done.future().timeout(left, TimeUnit.MILLISECONDS).otherwise(List.of());
    }

    /** Called when the provider stops: a refresh that is then cut off is not logged as a failure. */
    public void close() {
        closed = true;
    }

    private Refresh startRefresh(Snapshot before, long now, Function<Snapshot, Future<FetchedList>> supplier) {
        Refresh own = new Refresh(now, Promise.promise());
        if (!running.compareAndSet(null, own)) {
            return running.get();
        }
        if (cached.get() != before) {
            running.set(null); // another refresh ended in between
            return null;
        }
        Future.succeededFuture().compose(v -> supplier.apply(before)).onComplete(fetched -> {
            Snapshot after = fetched.succeeded() ? refreshed(before, fetched.result()) : failed(before);
            if (fetched.failed() && !before.lastRefreshFailed && !closed) {
                LOG.warn(
                        "the model list of provider {} cannot be fetched, {}: {}",
                        provider,
                        before.models == null ? "none of its models is listed" : "the last known list is used",
                        NetworkFailure.reason(fetched.cause()));
            }
            cached.set(after);
            running.set(null);
            own.done.complete(after.models == null ? List.of() : after.models);
        });
        return own;
    }

    private Snapshot refreshed(Snapshot before, FetchedList list) {
        List<ListedModel> models = list.models.equals(before.models) ? before.models : list.models;
        return new Snapshot(models, list.etag, System.nanoTime() + ttlNanos, false);
    }

    private Snapshot failed(Snapshot before) {
        return new Snapshot(before.models, before.etag, System.nanoTime() + Math.min(ttlNanos, RETRY_NANOS), true);
    }
}
