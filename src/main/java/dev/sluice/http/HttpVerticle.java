package dev.sluice.http;

import dev.sluice.bus.Bus;
import dev.sluice.config.ServerConfig;
import dev.sluice.http.edge.EdgeServer;
import dev.sluice.http.edge.ServerSettings;
import dev.sluice.model.CancelCause;
import dev.sluice.model.Readiness;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.route.Live;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Supplier;

/** One instance of the data-plane listener: one event loop's share of the clients. */
public final class HttpVerticle extends VerticleBase {

    private final ServerConfig address;
    private final Live live;
    private final Lifecycle lifecycle;
    private final Supplier<Readiness> readiness;
    private final Metrics metrics;
    private final AccessLog accessLog;
    private final RetryBudgets budgets;
    private final Ledger ledger;
    private Desk desk;
    private EdgeServer server;
    private Context own;

    /**
     * @param address where to listen, which no reload changes
     * @param readiness for the probes of this listener, which tell it to anybody
     * @param budgets shared by all listeners
     */
    public HttpVerticle(
            ServerConfig address,
            Live live,
            Lifecycle lifecycle,
            Supplier<Readiness> readiness,
            Metrics metrics,
            AccessLog accessLog,
            RetryBudgets budgets,
            Ledger ledger) {
        this.address = address;
        this.live = live;
        this.lifecycle = lifecycle;
        this.readiness = readiness;
        this.metrics = metrics;
        this.accessLog = accessLog;
        this.budgets = budgets;
        this.ledger = ledger;
    }

    @Override
    public Future<?> start() {
        own = context;
        metrics.watchLag(vertx);
        Supplier<ServerConfig> settings = () -> live.current().config().server();
        Heartbeat heartbeat =
                new Heartbeat(vertx, () -> settings.get().heartbeat().toMillis());
        desk = new Desk(live, new Bus(vertx), lifecycle, metrics, accessLog, budgets, ledger, heartbeat);
        Facts facts = new Facts(desk);
        server = EdgeServer.create(
                vertx,
                ServerSettings.dataPlane(address),
                settings,
                List.of("/v1/models/"),
                facts::refused,
                Routes.router(vertx, desk, facts, readiness));
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
        return server.close();
    }
}
