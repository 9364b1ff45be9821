package dev.sluice.provider;

import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.ModelListQuery;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.bus.SocketCall;
import dev.sluice.bus.SocketReply;
import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.codec.TranslatingCodec;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.provider.attempt.Attempt;
import dev.sluice.provider.attempt.ProviderContext;
import dev.sluice.provider.attempt.QueuedCall;
import dev.sluice.provider.attempt.UpstreamSocket;
import dev.sluice.provider.breaker.ProviderBreaker;
import dev.sluice.provider.control.HealthCheck;
import dev.sluice.provider.control.HealthChecker;
import dev.sluice.provider.control.ModelListFetcher;
import dev.sluice.provider.control.UpstreamKeyCheck;
import dev.sluice.provider.state.KeyCheck;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ModelStats;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.ConnectionPermits;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.Watchdog;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/** The verticle of one provider on one event loop: receives calls from the bus and runs an {@link Attempt} for each. */
public final class ProviderVerticle extends VerticleBase {

    private static final long CHECK_MILLIS = 10_000;
    private static final long SHORTEST_PROBE_MILLIS = 1_000;

    private final ProviderState state;
    private final ConnectionPermits permits;
    private final boolean first;
    private final FairBudget memory;
    private ProviderContext provider;
    private WorkerPool bodyWorkers;
    private HealthChecker healthChecker;
    private final List<Bus.Registration> registrations = new ArrayList<>();

    /**
     * @param first whether this is the first instance of its provider
     * @param permits of the provider's connections, shared by its instances
     * @param memory of the process, for responses
     */
    public ProviderVerticle(ProviderState state, boolean first, ConnectionPermits permits, FairBudget memory) {
        this.memory = memory;
        this.state = state;
        this.first = first;
        this.permits = permits;
    }

    @Override
    public Future<?> start() {
        UpstreamClient upstream = new UpstreamClient(vertx, state.settings(), permits);
        UpstreamHeaders headers = new UpstreamHeaders(state.settings());
        bodyWorkers = WorkerPool.of(vertx, WorkerPool.Purpose.BODIES);
        KeyCheck keyCheck = UpstreamKeyCheck.of(vertx, state.settings(), upstream, headers);
        provider = new ProviderContext(state, upstream, headers, new Watchdog(vertx), bodyWorkers, memory, keyCheck);
        String name = state.settings().name();
        Bus bus = new Bus(vertx);
        registrations.addAll(bus.serve(Address.provider(name, state.generation()), this::attempt));
        registrations.addAll(bus.serve(Address.socket(name, state.generation()), this::socket));
        HealthCheck healthCheck = new HealthCheck(vertx, state, upstream, headers);
        registrations.addAll(bus.serve(
                Address.check(name, state.generation()), query -> healthCheck.checkForOperator(CHECK_MILLIS)));
        startHealthChecks(healthCheck);
        ModelListFetcher models = new ModelListFetcher(vertx, state, upstream, headers);
        registrations.addAll(bus.serve(
                Address.models(name, state.generation()),
                query -> models.models(query.waitMillis()).map(ModelListQuery.Result::new)));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        state.modelList().close();
        if (healthChecker != null) {
            healthChecker.close();
        }
        return Future.all(
                        registrations.stream().map(Bus.Registration::unregister).toList())
                .onComplete(v -> provider.watchdog().close())
                .compose(v -> provider.upstream().close());
    }

    private Future<ProviderReply> attempt(ProviderCall call) {
        if (call.request().body().length() > WorkerPool.INLINE_BYTES) {
            return bodyWorkers
                    .run(() -> codec(call))
                    .compose(codec -> attempt(call, codec), failure -> refused(failure));
        }
        ProviderCodec codec;
        try {
            codec = codec(call);
        } catch (GatewayException refusal) {
            return failed(refusal.error());
        }
        return attempt(call, codec);
    }

    /** Decodes the body where the provider does not speak the client's format. */
    private ProviderCodec codec(ProviderCall call) {
        return Protocols.codecFor(
                call.request(),
                state.settingsFor(call.caller()),
                call.model(),
                new TranslatingCodec.Identity(System.currentTimeMillis() / 1000, call.requestId()));
    }

    private Future<ProviderReply> refused(Throwable failure) {
        return failure instanceof GatewayException refusal ? failed(refusal.error()) : Future.failedFuture(failure);
    }

    /** @param codec null when the provider does not offer the surface */
    private Future<ProviderReply> attempt(ProviderCall call, ProviderCodec codec) {
        if (codec == null) {
            return failed(notOffered(call.request().surface()));
        }
        if (state.drained() != null) {
            return failed(drained());
        }
        return state.limiter() == null
                ? attempt(call, codec, null)
                : QueuedCall.withPermit(provider, call, permit -> attempt(call, codec, permit));
    }

    /** @param permit null where the provider has no concurrency limit */
    private Future<ProviderReply> attempt(ProviderCall call, ProviderCodec codec, ConcurrencyLimiter.Permit permit) {
        KeyPool.Lease key = state.keys().draw(call.model());
        if (key == null) {
            return failed(state.keys().exhausted(call.model()));
        }
        ProviderBreaker breaker = state.modelStats(call.model()).breaker();
        ProviderBreaker.Permit breakerPermit = breaker.acquire(call.policy().lastResort());
        if (breakerPermit == null) {
            return failed(refusal(breaker));
        }
        return new Attempt(provider, call, codec, key, breakerPermit, permit).run();
    }

    private Future<SocketReply> socket(SocketCall call) {
        String path = state.settings().pathFor(Surface.REALTIME, call.model());
        if (path == null) {
            return refusedSocket(notOffered(Surface.REALTIME));
        }
        if (state.drained() != null) {
            return refusedSocket(drained());
        }
        KeyPool.Lease key = state.keys().draw(call.model());
        if (key == null) {
            return refusedSocket(state.keys().exhausted(call.model()));
        }
        ModelStats stats = state.modelStats(call.model());
        ProviderBreaker.Permit breakerPermit = stats.breaker().acquire();
        if (breakerPermit == null) {
            return refusedSocket(refusal(stats.breaker()));
        }
        return new UpstreamSocket(provider, key, breakerPermit, stats, call.model()).open(path, call);
    }

    private Future<SocketReply> refusedSocket(GatewayError error) {
        state.callRejected();
        return Future.succeededFuture(new SocketReply.Failed(error));
    }

    private GatewayError notOffered(Surface surface) {
        return GatewayError.of(
                Kind.UNSUPPORTED, "provider " + state.settings().name() + " does not offer " + surface.path());
    }

    /** One instance checks the provider for the breakers of all instances. */
    private void startHealthChecks(HealthCheck healthCheck) {
        Breaker rule = state.settings().config().breaker();
        if (first && rule.activeProbe() && healthCheck.isAvailable()) {
            long every = Math.max(SHORTEST_PROBE_MILLIS, rule.openDuration().toMillis() / 3);
            healthChecker = new HealthChecker(vertx, state::openBreakers, healthCheck::check, every, rule.jitter());
            state.onBreakerOpened(healthChecker::start);
        }
    }

    private GatewayError refusal(ProviderBreaker breaker) {
        String reason = breaker.reason();
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "provider " + state.settings().name() + " is not called: its breaker is "
                                + breaker.state().label() + (reason == null ? "" : " (" + reason + ")"))
                .withCode(FailureCode.BREAKER_OPEN)
                .withRetryAfter(breaker.retryAfterMillis());
    }

    private GatewayError drained() {
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "provider " + state.settings().name() + " is drained and accepts no new requests: "
                                + state.drained())
                .withCode(FailureCode.PROVIDER_DRAINED);
    }

    private Future<ProviderReply> failed(GatewayError error) {
        state.callRejected();
        return Future.succeededFuture(ProviderReply.Failed.of(error));
    }
}
