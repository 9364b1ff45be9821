package dev.sluice.http;

import dev.sluice.bus.Bus;
import dev.sluice.config.ServerConfig;
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

/** One instance of the data-plane listener: one event loop's share of the clients. */
public final class HttpVerticle extends VerticleBase {

    private final ServerConfig address;
    private final GatewayServices services;
    private ListenerContext listener;
    private Watchdog bodies;
    private EdgeServer server;
    private Context own;

    /** @param address where to listen, which no reload changes */
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
        bodies = new Watchdog(vertx);
        listener = new ListenerContext(services, new Bus(vertx), heartbeat, bodies);
        RequestContextHandler facts = new RequestContextHandler(listener);
        server = EdgeServer.create(
                vertx,
                ServerSettings.dataPlane(address),
                settings,
                List.of("/v1/models/"),
                facts::recordRefusal,
                Routes.router(vertx, listener, facts, services.authentication(), services.readiness()));
        return server.listen();
    }

    public int port() {
        return server.port();
    }

    /** Announces the end on every connection. From any thread. */
    public void drain() {
        own.runOnContext(v -> server.drain());
    }

    /** Gives up whatever still runs; each client is told in its own protocol. From any thread. */
    public void cutOff() {
        own.runOnContext(v -> listener.cancelAll(CancelCause.DRAIN));
    }

    @Override
    public Future<?> stop() {
        return server.close().onComplete(closed -> bodies.close());
    }
}
