package dev.sluice.provider.attempt;

import dev.sluice.bus.SocketCall;
import dev.sluice.bus.SocketReply;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.breaker.ProviderBreaker;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ModelStats;
import dev.sluice.provider.upstream.RetryAfter;
import dev.sluice.stream.Buffers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.internal.ContextInternal;

/** A WebSocket to a provider: opened with a key and a permit, reported to the breaker once, counted until it closes. */
public final class UpstreamSocket {

    private final ProviderContext provider;
    private final KeyPool.Lease key;
    private final ProviderBreaker.Permit breakerPermit;
    private final ModelStats stats;
    private final String model;
    private final Context context = ContextInternal.current();

    public UpstreamSocket(
            ProviderContext provider,
            KeyPool.Lease key,
            ProviderBreaker.Permit breakerPermit,
            ModelStats stats,
            String model) {
        this.provider = provider;
        this.key = key;
        this.breakerPermit = breakerPermit;
        this.stats = stats;
        this.model = model;
    }

    public Future<SocketReply> open(String path, SocketCall call) {
        provider.state().attemptStarted(stats);
        return provider.upstream()
                .socket(path, provider.headers().forSocket(call, key.secret()), call.protocols())
                .map(this::opened)
                .otherwise(this::failed);
    }

    private SocketReply opened(WebSocket socket) {
        breakerPermit.responseReceived();
        // Only the handshake tells whether the provider works: clients may end a session in any way.
        breakerPermit.release(Outcome.SUCCESS.ofRelayed(), -1);
        socket.pause();
        Runnable closed = () -> provider.state().attemptEnded(stats, Outcome.SUCCESS);
        socket.closeHandler(v -> closed.run());
        return new SocketReply.Open(socket, context, closed);
    }

    private SocketReply failed(Throwable failure) {
        String name = provider.state().settings().name();
        GatewayError error = failure instanceof UpgradeRejectedException rejected
                ? refusal(rejected)
                : AttemptErrors.unreachable(name, failure);
        Outcome outcome = Outcome.of(error);
        breakerPermit.release(outcome.ofRelayed(), -1);
        provider.state().attemptEnded(stats, outcome);
        provider.failed(key, error, model, true);
        return new SocketReply.Failed(provider.headers().withoutSecrets(error, key.secret()));
    }

    private static GatewayError refusal(UpgradeRejectedException rejected) {
        ByteSlice body = rejected.getBody() == null ? ByteSlice.EMPTY : Buffers.slice(rejected.getBody());
        return RetryAfter.applyTo(UpstreamErrors.of(rejected.getStatus(), body), rejected.getHeaders());
    }
}
