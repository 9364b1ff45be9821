package dev.sluice.stream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/** The context of the calling thread, on which results of other threads are handled. */
public final class CallerContext {

    private CallerContext() {}

    /** The same result, completed on the caller's context: the store completes its futures on threads of its own. */
    public static <T> Future<T> receive(Vertx vertx, Future<T> result) {
        Promise<T> here = ((ContextInternal) vertx.getOrCreateContext()).promise();
        result.onComplete(here);
        return here.future();
    }
}
