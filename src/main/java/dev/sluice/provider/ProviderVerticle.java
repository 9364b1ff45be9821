package dev.sluice.provider;

import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.Dialects;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/** One backend on one event loop: takes calls from the bus and makes an {@link Attempt} of each. */
public final class ProviderVerticle extends VerticleBase {

    private final ProviderState state;
    private final UpstreamClient.PoolShare share;
    private UpstreamClient upstream;
    private UpstreamHeaders headers;
    private Dialect dialect;
    private Watchdog watchdog;
    private List<Bus.Registration> registrations = List.of();

    /**
     * @param instance this instance's number, from 0
     * @param instances how many share the provider's pool
     */
    public ProviderVerticle(ProviderState state, int instance, int instances) {
        this.state = state;
        this.share = UpstreamClient.PoolShare.of(state.settings().config().pool(), instance, instances);
    }

    @Override
    public Future<?> start() {
        upstream = new UpstreamClient(vertx, state.settings(), share);
        headers = new UpstreamHeaders(state.settings());
        dialect = Dialects.named(state.settings().type().dialect());
        watchdog = new Watchdog(vertx);
        registrations = new Bus(vertx)
                .serve(Address.provider(state.settings().name(), state.generation()), this::attempt);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return Future.all(registrations.stream().map(Bus.Registration::end).toList())
                .onComplete(v -> watchdog.close())
                .compose(v -> upstream.close());
    }

    private Future<ProviderReply> attempt(ProviderCall call) {
        String path = state.settings().pathFor(call.request().surface(), call.model());
        if (path == null) {
            return failed(GatewayError.of(
                    Kind.UNSUPPORTED,
                    "provider " + state.settings().name() + " does not offer "
                            + call.request().surface().path()));
        }
        KeyPool.Lease key = state.keys().draw();
        if (key == null) {
            return failed(state.keys().exhausted(state.settings().name()));
        }
        ProviderBreaker.Permit permit = state.breaker().acquire();
        if (permit == null) {
            return failed(breakerOpen());
        }
        return new Attempt(this, call, path, key, permit).run();
    }

    private GatewayError breakerOpen() {
        String reason = state.breaker().reason();
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "provider " + state.settings().name() + " is not asked just now: its breaker is "
                                + state.breaker().state() + (reason == null ? "" : " (" + reason + ")"))
                .withCode("breaker_open")
                .withRetryAfter(state.breaker().retryAfterMillis());
    }

    private Future<ProviderReply> failed(GatewayError error) {
        state.rejected();
        return Future.succeededFuture(new ProviderReply.Failed(error, false));
    }

    ProviderState state() {
        return state;
    }

    UpstreamClient upstream() {
        return upstream;
    }

    UpstreamHeaders headers() {
        return headers;
    }

    Dialect dialect() {
        return dialect;
    }

    Watchdog watchdog() {
        return watchdog;
    }
}
