package dev.sluice.provider.control;

import dev.sluice.config.ProviderSettings;
import dev.sluice.model.GatewayError;
import dev.sluice.model.KeyFault;
import dev.sluice.model.KeyFault.Scope;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.provider.state.KeyCheck;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import dev.sluice.stream.BoundedGet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Checks an API key with the request of the health check, the model list, which no client's words are part of. */
public final class UpstreamKeyCheck implements KeyCheck {

    private static final long MILLIS = 5_000;

    private final Vertx vertx;
    private final UpstreamClient upstream;
    private final UpstreamHeaders headers;
    private final String path;

    private UpstreamKeyCheck(Vertx vertx, UpstreamClient upstream, UpstreamHeaders headers, String path) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.headers = headers;
        this.path = path;
    }

    /** Null where the provider has no such request. */
    public static KeyCheck of(
            Vertx vertx, ProviderSettings settings, UpstreamClient upstream, UpstreamHeaders headers) {
        String path = settings.keyCheckPath();
        return path == null ? null : new UpstreamKeyCheck(vertx, upstream, headers, path);
    }

    @Override
    public Future<Result> check(String secret) {
        return get(secret)
                // The provider may have closed an idle connection.
                .recover(failure -> NetworkFailure.isClosing(failure) ? get(secret) : Future.failedFuture(failure))
                .map(response -> result(response, secret))
                .otherwise(failure -> new Result.Unknown());
    }

    private Future<BoundedGet.Response> get(String secret) {
        return BoundedGet.send(
                vertx, upstream.get(path, headers.control(secret), MILLIS), MILLIS, ModelListFetcher.MAX_BYTES);
    }

    private Result result(BoundedGet.Response response, String secret) {
        if (response.head().statusCode() / 100 == 2) {
            return new Result.Accepted();
        }
        GatewayError error = UpstreamErrors.of(response.head().statusCode(), response.body());
        return switch (error.kind()) {
            // A key that lacks the permission to list models is a valid one.
            case PROVIDER_AUTH ->
                error.keyFault().scope() == Scope.NONE
                        ? new Result.Accepted()
                        : new Result.Rejected(confirmed(error, secret));
            case QUOTA_SPENT -> new Result.Rejected(confirmed(error, secret));
            default -> new Result.Unknown();
        };
    }

    private GatewayError confirmed(GatewayError error, String secret) {
        String detail = error.keyFault().detail() == null
                ? error.message()
                : error.keyFault().detail();
        return headers.withoutSecrets(error.withKeyFault(new KeyFault(Scope.ALL_MODELS, detail)), secret);
    }
}
