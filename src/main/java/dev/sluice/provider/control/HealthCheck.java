package dev.sluice.provider.control;

import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import dev.sluice.stream.BoundedGet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** The health check of a provider: requests its model list, which costs nothing and needs a valid API key. */
public final class HealthCheck {

    private final Vertx vertx;
    private final ProviderState state;
    private final UpstreamClient upstream;
    private final UpstreamHeaders headers;
    private final ControlCallLimit limit;
    private final String path;

    public HealthCheck(Vertx vertx, ProviderState state, UpstreamClient upstream, UpstreamHeaders headers) {
        this.vertx = vertx;
        this.state = state;
        this.upstream = upstream;
        this.headers = headers;
        this.limit = ControlCallLimit.of(vertx, ControlCallLimit.Purpose.HEALTH_CHECKS);
        this.path = state.settings().keyCheckPath();
    }

    /** Whether the provider has a model list to request. */
    public boolean isAvailable() {
        return path != null;
    }

    /**
     * The check of a breaker that is open: sent with a key that is in use. Never fails. The status is
     * {@link HealthCheckQuery#NOT_SENT} where no request was sent.
     *
     * @param timeoutMillis from the start of the request, which may have to wait for the checks of other providers
     */
    public Future<HealthCheckQuery.Result> check(long timeoutMillis) {
        return run(() -> {
            KeyPool.Lease key = state.keys().draw(null);
            return key == null ? notSent(state.keys().exhausted(null).message()) : send(key, timeoutMillis);
        });
    }

    /**
     * The check that an operator requests: sent with a key in cooldown if there is one, whose cooldown ends if the
     * provider accepts it. Otherwise as {@link #check}.
     */
    public Future<HealthCheckQuery.Result> checkForOperator(long timeoutMillis) {
        return run(() -> {
            KeyPool.Lease key = state.keys().drawForCheck();
            return send(key, timeoutMillis).map(result -> {
                int accepted = result.healthy() ? key.accepted() : 0;
                return accepted == 0
                        ? result
                        : new HealthCheckQuery.Result(
                                true,
                                result.status(),
                                result.millis(),
                                result.detail() + "; the cooldown of API key " + accepted + " has ended");
            });
        });
    }

    private Future<HealthCheckQuery.Result> run(Supplier<Future<HealthCheckQuery.Result>> check) {
        return path == null
                ? notSent("not checked: the provider has no model list, the only request that costs nothing")
                : limit.run(vertx, check);
    }

    private Future<HealthCheckQuery.Result> send(KeyPool.Lease key, long timeoutMillis) {
        long startedNanos = System.nanoTime();
        return BoundedGet.send(
                        vertx,
                        upstream.healthCheck(path, headers.control(key.secret()), timeoutMillis),
                        timeoutMillis,
                        ModelListFetcher.MAX_BYTES)
                .map(response -> result(response.head().statusCode(), startedNanos))
                .otherwise(failure -> new HealthCheckQuery.Result(
                        false, 0, elapsedMillis(startedNanos), NetworkFailure.reason(failure)));
    }

    private static Future<HealthCheckQuery.Result> notSent(String why) {
        return Future.succeededFuture(new HealthCheckQuery.Result(false, HealthCheckQuery.NOT_SENT, 0, why));
    }

    private static HealthCheckQuery.Result result(int status, long startedNanos) {
        String detail = switch (status) {
            case 200 -> "responded";
            case 401, 403 -> "rejected the API key";
            default -> "responded with status " + status;
        };
        return new HealthCheckQuery.Result(status == 200, status, elapsedMillis(startedNanos), detail);
    }

    private static long elapsedMillis(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1_000_000;
    }
}
