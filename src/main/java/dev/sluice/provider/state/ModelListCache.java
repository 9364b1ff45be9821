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
 * A provider's own list of models, kept for all of its instances. Nobody is asked before somebody wants to know; one
 * refresh runs at a time, and what is known is served while it does and when it fails. From any thread.
 */
public final class ModelListCache {

    private static final Logger LOG = LoggerFactory.getLogger(ModelListCache.class);

    /** A provider that failed is left alone for so long, or for its time to live if that is shorter. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String provider;
    private final long ttlNanos;
    private final AtomicReference<Stock> stock;
    private final AtomicReference<Refresh> running = new AtomicReference<>();
    private volatile boolean closed;

    /**
     * What is known.
     *
     * @param models null when nothing is yet
     * @param etag of the answer they came in, null when that had none
     * @param dueNanos when to ask again
     * @param failing the last attempt failed
     */
    public record Stock(List<ListedModel> models, String etag, long dueNanos, boolean failing) {}

    /** What the provider said now. */
    public record Delivery(List<ListedModel> models, String etag) {}

    private record Refresh(long began, Promise<List<ListedModel>> done) {}

    ModelListCache(String provider, long ttlNanos) {
        this.provider = provider;
        this.ttlNanos = ttlNanos;
        this.stock = new AtomicReference<>(new Stock(null, null, System.nanoTime(), false));
    }

    /**
     * @param waitMillis from when the provider was asked, and only when nothing is known
     * @param supplier asks the provider, given what is known; gives back the same models when they are unchanged
     */
    public Future<List<ListedModel>> models(long waitMillis, Function<Stock, Future<Delivery>> supplier) {
        long now = System.nanoTime();
        Stock here = stock.get();
        Refresh refresh = running.get();
        if (refresh == null && now - here.dueNanos >= 0) {
            refresh = begin(here, now, supplier);
            here = stock.get();
        }
        if (here.models != null) {
            return Future.succeededFuture(here.models);
        }
        long left = refresh == null ? 0 : waitMillis - (now - refresh.began) / 1_000_000;
        if (left <= 0) {
            return Future.succeededFuture(List.of());
        }
        return refresh.done.future().timeout(left, TimeUnit.MILLISECONDS).otherwise(List.of());
    }

    /** The provider is being stopped: a refresh that this cuts short is no failure to tell of. */
    public void close() {
        closed = true;
    }

    private Refresh begin(Stock before, long now, Function<Stock, Future<Delivery>> supplier) {
        Refresh mine = new Refresh(now, Promise.promise());
        if (!running.compareAndSet(null, mine)) {
            return running.get();
        }
        if (stock.get() != before) {
            running.set(null); // another refresh ended in between
            return null;
        }
        Future.succeededFuture().compose(v -> supplier.apply(before)).onComplete(delivered -> {
            Stock after = delivered.succeeded() ? filled(before, delivered.result()) : failed(before);
            if (delivered.failed() && !before.failing && !closed) {
                LOG.warn(
                        "provider {} does not tell its models, {} is listed: {}",
                        provider,
                        before.models == null ? "none of them" : "what it told before",
                        NetworkFailure.reason(delivered.cause()));
            }
            stock.set(after);
            running.set(null);
            mine.done.complete(after.models == null ? List.of() : after.models);
        });
        return mine;
    }

    private Stock filled(Stock before, Delivery delivery) {
        List<ListedModel> models = delivery.models.equals(before.models) ? before.models : delivery.models;
        return new Stock(models, delivery.etag, System.nanoTime() + ttlNanos, false);
    }

    private Stock failed(Stock before) {
        return new Stock(before.models, before.etag, System.nanoTime() + Math.min(ttlNanos, RETRY_NANOS), true);
    }
}
