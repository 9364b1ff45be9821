package dev.sluice.http.edge;

import dev.sluice.config.ServerConfig;
import dev.sluice.config.ServerConfig.AdminConfig;
import dev.sluice.config.ServerConfig.ClientTimeouts;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.function.Supplier;

/**
 * One instance of an HTTP server, of the data plane or of the admin listener: limits, strict decoding, guard and the
 * open connections. Confined to the event loop of the verticle that creates it; several instances share the port.
 */
public final class EdgeServer {

    private final HttpServerOptions options;
    private final OpenConnections connections;
    private final HttpServer server;

    private EdgeServer(Vertx vertx, HttpServerOptions options, Supplier<ClientTimeouts> timeouts, EdgeGuard guard) {
        this.options = options;
        this.connections = new OpenConnections(vertx, options, timeouts);
        this.server = vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .requestHandler(guard)
                .invalidRequestHandler(guard::handleInvalid);
    }

    /**
     * A server of the data plane.
     *
     * @param options from {@link ServerSettings}
     * @param config the active settings; body size and timeouts are read at each use, so that a reload applies
     * @param opaqueTails path prefixes after which {@code %2F} is part of a name
     * @param refusals is called for requests that do not reach the router
     * @param router receives all other requests
     */
    public static EdgeServer create(
            Vertx vertx,
            HttpServerOptions options,
            Supplier<ServerConfig> config,
            List<String> opaqueTails,
            EdgeGuard.RefusalListener refusals,
            Handler<HttpServerRequest> router) {
        EdgeGuard guard =
                EdgeGuard.ofDataPlane(opaqueTails, () -> config.get().maxBody().bytes(), refusals, router);
        return new EdgeServer(vertx, options, () -> config.get().timeouts(), guard);
    }

    /**
     * The server of the admin listener.
     *
     * @param timeouts read at each use, so that a reload applies
     * @param guard from {@link EdgeGuard#ofAdmin}
     */
    public static EdgeServer createAdmin(
            Vertx vertx, AdminConfig address, Supplier<ClientTimeouts> timeouts, EdgeGuard guard) {
        return new EdgeServer(vertx, ServerSettings.admin(address), timeouts, guard);
    }

    /** Binds. Fails with the cause, usually a {@link java.net.BindException}. */
    public Future<EdgeServer> listen() {
        return server.listen().map(this);
    }

    /** The port that was bound, which differs from the configured one when that is 0. */
    public int port() {
        return server.actualPort();
    }

    /** Open connections. May be called from any thread. */
    public int openConnections() {
        return connections.open();
    }

    /**
     * Closes idle connections and announces the end on all others. New connections are still accepted.
     *
     * @return completes when no connection is open any more; the caller limits the wait
     */
    public Future<Void> drain() {
        return connections.drain();
    }

    /**
     * Uses another certificate, and client CA where one is in use, for new connections. Fails when it cannot be used;
     * the previous one then stays in use.
     */
    public Future<Boolean> renew(ServerConfig.TlsConfig tls) {
        ServerSSLOptions renewed = options.getSslOptions().copy();
        renewed.setKeyCertOptions(ServerSettings.certificate(tls));
        if (renewed.getTrustOptions() != null && tls.clientCa() != null) {
            renewed.setTrustOptions(ServerSettings.clientCa(tls));
        }
        return server.updateSSLOptions(renewed);
    }

    /** Stops listening and closes what is still open. */
    public Future<Void> close() {
        connections.close();
        return server.close();
    }
}
