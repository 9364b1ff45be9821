package dev.sluice.http.exchange;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.sanitize.ResponseFilter;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The response filter of one exchange. Large pieces are filtered on worker threads, always in the order of the calls: a
 * small piece behind a large one waits for it. Confined to the event loop of the client's connection.
 */
final class FilterQueue {

    private final ResponseFilter filter;
    private final Vertx vertx;
    private final Consumer<Throwable> failed;
    /** The last piece on a worker thread, null when there is none. */
    private Future<ByteSlice> last;

    private boolean broken;

    /** @param failed receives a bug of the filter, after which nothing of the response may be sent */
    FilterQueue(ResponseFilter filter, Vertx vertx, Consumer<Throwable> failed) {
        this.filter = filter;
        this.vertx = vertx;
        this.failed = failed;
    }

    /**
     * Filters a whole response, then calls {@code next} with it, during this call where it is small.
     *
     * @param refused whether the body is the error with which the provider refused the request
     */
    void whole(ByteSlice body, String contentType, boolean refused, Consumer<ByteSlice> next) {
        if (body.length() <= Sanitizer.INLINE_BYTES) {
            next.accept(whole(body, contentType, refused));
        } else {
            onWorker(() -> whole(body, contentType, refused), next);
        }
    }

    /** The error as the client may see it: a provider may quote the prompt in its message. */
    static GatewayError visible(GatewayError error, FilterQueue queue) {
        return queue == null ? error : queue.filter.filterError(error);
    }

    /** The same for a text of a provider's error, such as its code. */
    String visible(String text) {
        return filter.providerText(text);
    }

    /** As {@link ResponseFilter#failure}. */
    GatewayError failure() {
        return filter.failure();
    }

    /** Prepares for a relayed response, whose length may change. Null when it has no text and passes unfiltered. */
    FilterQueue relaying(MultiMap headers) {
        if (filter.relaying(headers.get(HttpHeaders.CONTENT_TYPE)) == null) {
            return null;
        }
        headers.remove(HttpHeaders.CONTENT_LENGTH);
        return this;
    }

    /** Filters events of a stream, then calls {@code next} with them, during this call where they are small. */
    void events(ByteSlice events, Consumer<ByteSlice> next) {
        if (!isBusy() && filter.heldBytes() + events.length() <= Sanitizer.INLINE_BYTES) {
            next.accept(filter.filterEvents(events));
        } else {
            onWorker(() -> filter.filterEvents(events), next);
        }
    }

    /** Calls {@code next} with the text that is held back at the end of a stream. Must not be called while busy. */
    void end(Consumer<ByteSlice> next) {
        if (filter.heldBytes() <= Sanitizer.INLINE_BYTES) {
            next.accept(filter.end());
        } else {
            onWorker(filter::end, next);
        }
    }

    /** Whether a piece is on a worker thread. */
    boolean isBusy() {
        return last != null;
    }

    /** Calls {@code step} behind the pieces so far. */
    void afterwards(Runnable step) {
        last.onComplete(done -> guarded(step));
    }

    private ByteSlice whole(ByteSlice body, String contentType, boolean refused) {
        return refused ? filter.filterRefusal(body, contentType) : filter.filterComplete(body, contentType);
    }

    private void onWorker(Callable<ByteSlice> work, Consumer<ByteSlice> next) {
        WorkerPool workers = WorkerPool.of(vertx, WorkerPool.Purpose.SANITIZING);
        Future<ByteSlice> result = last == null ? workers.run(work) : last.compose(done -> workers.run(work));
        last = result;
        result.onComplete(filtered -> {
            if (last == result) {
                last = null;
            }
            if (filtered.succeeded()) {
                guarded(() -> next.accept(filtered.result()));
            } else {
                fail(new IllegalStateException("a response could not be filtered", filtered.cause()));
            }
        });
    }

    private void guarded(Runnable step) {
        if (!broken) {
            try {
                step.run();
            } catch (RuntimeException | Error bug) {
                fail(bug);
            }
        }
    }

    private void fail(Throwable bug) {
        if (!broken) {
            broken = true;
            failed.accept(bug);
        }
    }
}
