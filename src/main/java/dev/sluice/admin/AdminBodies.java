package dev.sluice.admin;

import dev.sluice.admin.api.Endpoint;
import dev.sluice.config.ServerConfig.ClientTimeouts;
import dev.sluice.http.body.BodyReader;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/**
 * The reader of the bodies of admin calls: within a size, {@code server.timeouts.body} and a memory of their own, so
 * that a flood of the data plane does not keep an operator out. Confined to the event loop of the admin listener.
 */
final class AdminBodies implements AutoCloseable {

    /** Of any body. A configuration file has at most a megabyte. */
    static final int LARGEST = 4 * 1024 * 1024;

    private static final int LARGEST_JSON = 64 * 1024;

    /** Four bodies of the largest size. */
    private static final long MEMORY = 4L * LARGEST;

    private final Supplier<ClientTimeouts> timeouts;
    private final Watchdog watchdog;
    private final FairBudget memory = new FairBudget(MEMORY);

    /** @param timeouts read for each body */
    AdminBodies(Vertx vertx, Supplier<ClientTimeouts> timeouts) {
        this.timeouts = timeouts;
        this.watchdog = new Watchdog(vertx);
    }

    /** The body, which may be empty. Fails with a {@link GatewayException}. */
    Future<Buffer> read(Endpoint endpoint, RoutingContext routing) {
        FairBudget.Lease lease = memory.lease(null);
        routing.addEndHandler(end -> lease.close());
        return BodyReader.readAdminCall(
                        routing.request(),
                        endpoint.yaml() ? LARGEST : LARGEST_JSON,
                        timeouts.get().body().toMillis(),
                        watchdog,
                        () -> lease)
                .map(Buffers::buffer)
                .recover(failure -> Future.failedFuture(ofAdmin(failure)));
    }

    private static Throwable ofAdmin(Throwable failure) {
        if (!(failure instanceof GatewayException refusal)) {
            return failure;
        }
        GatewayError error = refusal.error();
        if (error.kind() == Kind.TOO_LARGE) {
            return new GatewayException(error.withParam("body"));
        }
        return error.failure() == FailureCode.MEMORY_FULL
                ? new GatewayException(error.withMessage(
                        "no memory is left for this request body: other admin calls with large bodies are in progress;"
                                + " retry when they have finished"))
                : refusal;
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
