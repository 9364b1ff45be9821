package dev.sluice.admin;

import dev.sluice.config.ServerConfig.AdminConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/** The admin listener. One instance: its load is a scrape and a few probes. */
public final class AdminVerticle extends VerticleBase {

    private static final int IDLE_SECONDS = 75;

    private final AdminConfig config;
    private final AdminSources sources;
    private volatile int port;

    public AdminVerticle(AdminConfig config, AdminSources sources) {
        this.config = config;
        this.sources = sources;
    }

    /** The actual port, also if the configured one is 0. Zero until it listens. */
    public int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout(IDLE_SECONDS);
        return vertx.createHttpServer(options)
                .requestHandler(AdminRoutes.create(vertx, sources))
                .listen()
                .onSuccess(this::listening);
    }

    private void listening(HttpServer server) {
        port = server.actualPort();
    }
}
