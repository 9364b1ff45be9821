package dev.sluice.admin;

import dev.sluice.config.ServerConfig.AdminConfig;
import dev.sluice.config.ServerConfig.ClientTimeouts;
import dev.sluice.http.edge.EdgeGuard;
import dev.sluice.http.edge.EdgeServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;

/** The admin listener. One instance: its load is a scrape and a few probes. */
public final class AdminVerticle extends VerticleBase {

    private final AdminConfig config;
    private final AdminSources sources;
    private final Supplier<ClientTimeouts> timeouts;
    private AdminBodies bodies;
    private EdgeServer server;

    /** @param timeouts of client connections, read at each use */
    public AdminVerticle(AdminConfig config, AdminSources sources, Supplier<ClientTimeouts> timeouts) {
        this.config = config;
        this.sources = sources;
        this.timeouts = timeouts;
    }

    /** The actual port, also if the configured one is 0. Only after the verticle has started. */
    public int port() {
        return server.port();
    }

    @Override
    public Future<?> start() {
        bodies = new AdminBodies(vertx, timeouts);
        AdminRoutes routes = new AdminRoutes(vertx, sources, bodies);
        EdgeGuard guard = EdgeGuard.ofAdmin(routes.opaqueTails(), AdminBodies.LARGEST, routes.router());
        server = EdgeServer.createAdmin(vertx, config, timeouts, guard);
        return server.listen();
    }

    @Override
    public Future<?> stop() {
        return server.close().onComplete(closed -> bodies.close());
    }
}
