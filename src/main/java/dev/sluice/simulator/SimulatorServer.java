package dev.sluice.simulator;

import dev.sluice.config.SimulatorConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A running simulator. The code that starts it must close it. */
public final class SimulatorServer {

    /** Vert.x servers that listen on the same negative port share one random port. Each simulator needs its own. */
    private static final AtomicInteger EPHEMERAL = new AtomicInteger(-1000);

    /** The ids of its models. */
    public static final List<String> MODELS =
            Arrays.stream(SimulatedModel.values()).map(SimulatedModel::id).toList();

    private final Vertx vertx;
    private final Setup setup;
    private final int listenPort;
    private final Simulation simulation;
    private final RequestLog log;
    private volatile int port;
    private volatile String deployment;

    private SimulatorServer(Vertx vertx, Setup setup) {
        this.vertx = vertx;
        this.setup = setup;
        this.listenPort = setup.port() == 0 ? EPHEMERAL.getAndDecrement() : setup.port();
        this.simulation = new Simulation(setup.settings());
        this.log = new RequestLog(setup.recording());
    }

    /**
     * The setup of a simulator.
     *
     * @param port 0 for any free port
     * @param instances number of event loops
     * @param observable offers {@code GET /_sim/stats} and {@code POST /_sim/reset}
     * @param recording keeps requests with their bodies; never in production
     */
    public record Setup(
            SimulatorConfig settings, String host, int port, int instances, boolean observable, boolean recording) {}

    /** Starts a simulator on one event loop, neither observable nor recording. */
    public static Future<SimulatorServer> start(Vertx vertx, SimulatorConfig settings, String host, int port) {
        return start(vertx, new Setup(settings, host, port, 1, false, false));
    }

    /** Starts a simulator. Fails when the port is in use or {@code error_kind} is not a fault. */
    public static Future<SimulatorServer> start(Vertx vertx, Setup setup) {
        SimulatorServer server;
        try {
            server = new SimulatorServer(vertx, setup);
        } catch (IllegalArgumentException badSettings) {
            return Future.failedFuture(badSettings);
        }
        return vertx.deployVerticle(
                        () -> new SimulatorVerticle(server), new DeploymentOptions().setInstances(setup.instances()))
                .onSuccess(deployed -> server.deployment = deployed)
                .map(server);
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** The URL to configure as {@code base_url}. */
    public String baseUrl() {
        return "http://" + setup.host() + ":" + port + "/v1";
    }

    /**
     * Sets the settings of later requests; running ones finish with the old settings.
     *
     * @throws IllegalArgumentException when {@code error_kind} is not a fault
     */
    public void settings(SimulatorConfig settings) {
        simulation.settings(settings);
    }

    public RequestLog log() {
        return log;
    }

    /** Stops listening and closes all connections. */
    public Future<Void> close() {
        return vertx.undeploy(deployment);
    }

    int listenPort() {
        return listenPort;
    }

    String host() {
        return setup.host();
    }

    void listening(int actualPort) {
        port = actualPort;
    }

    Endpoints endpoints(Vertx loop) {
        return new Endpoints(loop, simulation, log, setup.observable());
    }
}
