package dev.sluice.http;

import dev.sluice.bus.Bus;
import dev.sluice.config.ServerConfig;
import dev.sluice.http.edge.EdgeServer;
import dev.sluice.http.edge.ServerSettings;
import dev.sluice.http.exchange.Desk;
import dev.sluice.http.exchange.Facts;
import dev.sluice.http.exchange.Heartbeat;
import dev.sluice.http.exchange.Shared;
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
    private final Shared shared;
    private Desk desk;
    private Watchdog bodies;
    private EdgeServer server;
    private Context own;

    /** @param address where to listen, which no reload changes */
    public HttpVerticle(ServerConfig address, Shared shared) {
        this.address = address;
        this.shared = shared;
    }

    @Override
    public Future<?> start() {
        own = context;
        shared.metrics().watchLag(vertx);
        Supplier<ServerConfig> settings = () -> shared.live().current().config().server();
        Heartbeat heartbeat =
                new Heartbeat(vertx, () -> settings.get().heartbeat().toMillis());
        bodies = new Watchdog(vertx);
        desk = new Desk(shared, new Bus(vertx), heartbeat, bodies);
        Facts facts = new Facts(desk);
        server = EdgeServer.create(
                vertx,
                ServerSettings.dataPlane(address),
                settings,
                List.of("/v1/models/"),
                facts::refused,
                Routes.router(vertx, desk, facts, shared.identity(), shared.readiness()));
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
        own.runOnContext(v -> desk.cancelAll(CancelCause.DRAIN));
    }

    @Override
    public Future<?> stop() {
        return server.close().onComplete(closed -> bodies.close());
    }
}
