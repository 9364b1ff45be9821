package dev.sluice.testkit;

import dev.sluice.config.SimulatorConfig;
import dev.sluice.simulator.RequestLog;
import dev.sluice.simulator.SimulatorServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A recording simulator on an ephemeral port, with a Vert.x of its own. As a static {@code @RegisterExtension} it runs
 * for a test class and clears its request log before each test; elsewhere open and close it explicitly.
 */
public final class RunningSimulator implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, AutoCloseable {

    private final SimulatorConfig settings;
    private final int instances;
    private Vertx vertx;
    private SimulatorServer server;

    public RunningSimulator(SimulatorConfig settings, int instances) {
        this.settings = settings;
        this.instances = instances;
    }

    /** A simulator without delays or random failures that follows the directives of each request. */
    public static RunningSimulator steerable() {
        return new RunningSimulator(settings(true), 1);
    }

    /** Settings without delays and failures: 120 tokens of lorem. */
    public static SimulatorConfig settings(boolean steerable) {
        return new SimulatorConfig(Duration.ZERO, Duration.ZERO, 0, 120, 0, "status-503", steerable);
    }

    public RunningSimulator open() {
        vertx = Vertx.vertx();
        SimulatorServer.Setup setup = new SimulatorServer.Setup(settings, "127.0.0.1", 0, instances, true, true);
        server = SimulatorServer.start(vertx, setup)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return this;
    }

    public SimulatorServer server() {
        return server;
    }

    public RequestLog log() {
        return server.log();
    }

    public int port() {
        return server.port();
    }

    /** With {@code /v1}. */
    public String baseUrl() {
        return server.baseUrl();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        open();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        server.log().reset();
        server.settings(settings);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }
}
