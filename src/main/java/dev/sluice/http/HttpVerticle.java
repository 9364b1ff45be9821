package dev.sluice.http;

import dev.sluice.bus.Bus;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.ServerConfig.TlsConfig;
import dev.sluice.http.edge.EdgeServer;
import dev.sluice.http.edge.ServerSettings;
import dev.sluice.http.exchange.GatewayServices;
import dev.sluice.http.exchange.Heartbeat;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.model.CancelCause;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance of the data-plane listener. Each event loop runs one. */
public final class HttpVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);

    private final ServerConfig address;
    private final GatewayServices services;
    private ListenerContext listener;
    private Watchdog bodyWatchdog;
    private EdgeServer server;
    private Context own;
    private TlsConfig tls;

    /** @param address where to listen; a reload does not change it */
    public HttpVerticle(ServerConfig address, GatewayServices services) {
        this.address = address;
        this.services = services;
    }

    @Override
    public Future<?> start() {
        own = context;
        services.metrics().watchLag(vertx);
        Supplier<ServerConfig> settings =
                () -> services.active().current().config().server();
        Heartbeat heartbeat =
                new Heartbeat(vertx, () -> settings.get().heartbeat().toMillis());
        bodyWatchdog = new Watchdog(vertx);
        listener = new ListenerContext(services, new Bus(vertx), heartbeat, bodyWatchdog);
        RequestContextHandler contexts = new RequestContextHandler(listener);
        server = EdgeServer.create(
                vertx,
                ServerSettings.dataPlane(address),
                settings,
                List.of("/v1/models/", "/v1beta/"),
                contexts::recordRefusal,
                Routes.router(vertx, listener, contexts, services.authentication(), services.readiness()));
        if (address.tls() != null) {
            tls = address.tls();
            services.active()
                    .onSwap(snapshot -> own.runOnContext(
                            v -> renew(snapshot.config().server().tls())));
        }
        return server.listen();
    }

    /** Uses a changed certificate for new connections. */
    private void renew(TlsConfig changed) {
        if (changed == null || changed.equals(tls)) {
            return;
        }
        server.renew(changed)
                .onSuccess(done -> {
                    tls = changed;
                    LOG.info("server.tls: the changed certificate is in use");
                })
                .onFailure(failure -> LOG.error(
                        "server.tls: the changed certificate cannot be used, the previous one stays in use (expected:"
                                + " cert and key in PEM that belong together): {}",
                        failure.getMessage()));
    }

    public int port() {
        return server.port();
    }

    /** Announces on every connection that no further request will be served. May be called from any thread. */
    public void drain() {
        own.runOnContext(v -> {
            server.drain();
            listener.drainSockets();
        });
    }

    /** Cancels every open exchange. Each client gets an error in its format. May be called from any thread. */
    public void cutOff() {
        own.runOnContext(v -> listener.cancelAll(CancelCause.DRAIN));
    }

    @Override
    public Future<?> stop() {
        return server.close().onComplete(closed -> bodyWatchdog.close());
    }
}
