package dev.sluice.provider.control;

import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.model.Surface;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import io.vertx.core.Future;

/** The one call that costs nothing: a provider's list of models. Tells whether it answers and takes the key. */
public final class HealthCheck {

    private final ProviderState state;
    private final UpstreamClient upstream;
    private final UpstreamHeaders headers;
    private final String path;

    public HealthCheck(ProviderState state, UpstreamClient upstream, UpstreamHeaders headers) {
        this.state = state;
        this.upstream = upstream;
        this.headers = headers;
        this.path = state.settings().pathFor(Surface.MODELS, "");
    }

    /** Whether the provider has such a call. */
    public boolean offered() {
        return path != null;
    }

    /** Never fails: the result tells. Its status is -1 where nobody could be asked. */
    public Future<HealthCheckQuery.Result> ask(long timeoutMillis) {
        if (path == null) {
            return unasked("the provider has no list of models to ask for, so there is no free call");
        }
        KeyPool.Lease key = state.keys().draw();
        if (key == null) {
            return unasked(state.keys().exhausted(state.settings().name()).message());
        }
        long began = System.nanoTime();
        return upstream.get(path, headers.control(key.secret()), timeoutMillis)
                .map(answer -> answered(answer.statusCode(), began))
                .otherwise(
                        failure -> new HealthCheckQuery.Result(false, 0, since(began), NetworkFailure.reason(failure)));
    }

    private static Future<HealthCheckQuery.Result> unasked(String why) {
        return Future.succeededFuture(new HealthCheckQuery.Result(false, HealthCheckQuery.UNASKED, 0, why));
    }

    private static HealthCheckQuery.Result answered(int status, long began) {
        String detail = switch (status) {
            case 200 -> "answered";
            case 401, 403 -> "refused the key";
            default -> "answered " + status;
        };
        return new HealthCheckQuery.Result(status == 200, status, since(began), detail);
    }

    private static long since(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1_000_000;
    }
}
