package dev.sluice.simulator;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/** A simulator's server on one event loop. Instances on the same port share its connections. */
final class SimulatorVerticle extends VerticleBase {

    private final SimulatorServer server;

    SimulatorVerticle(SimulatorServer server) {
        this.server = server;
    }

    @Override
    public Future<?> start() {
        // A fault affects one TCP connection, which requests would share after an upgrade to HTTP/2.
        HttpServerOptions options =
                new HttpServerOptions().setHttp2ClearTextEnabled(false).setAcceptBacklog(4096);
        HttpServer http = vertx.createHttpServer(options);
        http.connectionHandler(connection -> {
            server.log().connected();
            connection.closeHandler(closed -> server.log().disconnected());
        });
        http.requestHandler(server.endpoints(vertx));
        return http.listen(server.listenPort(), server.host())
                .onSuccess(listening -> server.listening(listening.actualPort()));
    }
}
