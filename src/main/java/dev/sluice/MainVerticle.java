package dev.sluice;

import dev.sluice.admin.AdminSources;
import dev.sluice.admin.AdminVerticle;
import dev.sluice.admin.BudgetWebhook;
import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.catalog.ModelCatalog;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.LogConfig;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigPrinter;
import dev.sluice.http.HttpVerticle;
import dev.sluice.http.body.UploadSpace;
import dev.sluice.http.exchange.GatewayServices;
import dev.sluice.http.exchange.Lifecycle;
import dev.sluice.http.exchange.ResponseMemory;
import dev.sluice.http.exchange.RetryBudgets;
import dev.sluice.model.Readiness;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.reload.ConfigVerticle;
import dev.sluice.reload.ProviderSupervisor;
import dev.sluice.reload.Reloader;
import dev.sluice.route.ActiveConfig;
import dev.sluice.stream.FairBudget;
import dev.sluice.tenancy.BudgetAlerts;
import dev.sluice.tenancy.Tenancy;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The root verticle: starts all parts of Sluice in order, drains them and stops them. */
public final class MainVerticle extends VerticleBase {

    private static final long DRAIN_CHECK_MILLIS = 50;
    /** Time limit for sending the final errors to clients whose requests the drain has cut. */
    private static final long FINAL_ERRORS_MILLIS = 5_000;

    /** Interval at which expired responses are removed. */
    private static final long SWEEP_MILLIS = 60_000;

    /** Of the heap, for bodies, responses and held-back streams together, unless the configuration sets bytes. */
    private static final int MEMORY_PERCENT = 30;

    /** What WebSockets remember of conversations may have this part of it, in addition. */
    private static final long CONVERSATIONS_OF_MEMORY = 4;

    /** Uploads of the largest size for which there is space, unless the configuration sets bytes. */
    private static final long UPLOADS_OF_FULL_SIZE = 8;

    private final Boot boot;
    private final FairBudget memory = new FairBudget(0);
    private final FairBudget conversations = new FairBudget(0);
    private final UploadSpace uploads = new UploadSpace(Path.of(System.getProperty("java.io.tmpdir")));
    private final Lifecycle lifecycle = new Lifecycle();
    private final RetryBudgets retries = new RetryBudgets();
    private final List<HttpVerticle> listeners = new CopyOnWriteArrayList<>();
    private Reloader reloader;
    private AdminVerticle adminListener;
    private AccessLog accessLog;
    private ActiveConfig active;
    private Tenancy tenancy;

    /**
     * The parameters of a start.
     *
     * @param config the validated configuration
     * @param address where to listen: from the file, overridden by flags and environment
     * @param accessLog opens the access log, given a supplier of its current settings
     */
    public record Boot(
            Path file,
            SluiceConfig config,
            String revision,
            ServerConfig address,
            UnaryOperator<String> environment,
            Metrics metrics,
            Function<Supplier<LogConfig>, AccessLog> accessLog,
            int eventLoops) {}

    public MainVerticle(Boot boot) {
        this.boot = boot;
    }

    @Override
    public Future<?> start() {
        setLimits(boot.config().server());
        boot.metrics().limited("memory", memory::used, memory::limit, memory::refusals);
        boot.metrics().limited("conversations", conversations::used, conversations::limit, conversations::refusals);
        FairBudget space = uploads.bytes();
        boot.metrics()
                .limited(
                        "uploads",
                        space::used,
                        space::limit,
                        () -> space.refusals() + uploads.files().refusals());
        ProviderSupervisor supervisor = new ProviderSupervisor(vertx, boot.eventLoops(), boot.metrics(), memory);
        reloader = new Reloader(
                vertx, boot.file(), boot.environment(), boot.config(), boot.address(), supervisor, boot.metrics());
        return reloader.start(boot.config(), boot.revision())
                .compose(this::openAccessLog)
                .compose(v -> openTenancy())
                .compose(v -> listen())
                .compose(v -> openAdmin(supervisor))
                .compose(v -> vertx.deployVerticle(new ConfigVerticle(boot.file(), reloader)))
                .onSuccess(v -> {
                    lifecycle.setListening();
                    warmUp();
                    removeOrphans();
                });
    }

    /** The port of the data plane. */
    public int port() {
        return listeners.get(0).port();
    }

    public int adminPort() {
        return adminListener.port();
    }

    public ActiveConfig active() {
        return active;
    }

    /** The temporary files of uploads. */
    public UploadSpace uploads() {
        return uploads;
    }

    /** What requests and responses hold of the memory of the process. */
    public FairBudget memory() {
        return memory;
    }

    public Tenancy tenancy() {
        return tenancy;
    }

    /** Reads the configuration file and the files that it names again. May be called from any thread. */
    public void reload() {
        reloader.reload();
    }

    /**
     * Drains the gateway: new requests are refused, running ones may finish within {@code server.drain}, the remaining
     * ones get an error and are cut. Completes when no request is running. Thread-safe.
     */
    public Future<Void> drain() {
        lifecycle.drain();
        Future<Void> lastEdit = reloader.close();
        listeners.forEach(HttpVerticle::drain);
        Duration grace = active.current().config().server().drain();
        return idle(grace.toMillis())
                .compose(idle -> {
                    if (idle) {
                        return Future.succeededFuture();
                    }
                    listeners.forEach(HttpVerticle::cutOff);
                    return idle(FINAL_ERRORS_MILLIS).<Void>mapEmpty();
                })
                .eventually(() -> lastEdit);
    }

    /** Closes tenancy and access log last, after the listeners, so that every exchange is logged. */
    @Override
    public Future<?> stop() {
        return (tenancy == null ? Future.<Void>succeededFuture() : tenancy.close())
                .eventually(() -> vertx.executeBlocking(() -> {
                    uploads.close();
                    if (accessLog != null) {
                        accessLog.close();
                    }
                    return null;
                }));
    }

    /** Completes with true as soon as no exchange is open, with false after the given time. */
    private Future<Boolean> idle(long withinMillis) {
        Promise<Boolean> idle = Promise.promise();
        long until = System.nanoTime() + withinMillis * 1_000_000;
        context.runOnContext(v -> checkIdle(until, idle));
        return idle.future();
    }

    private void checkIdle(long until, Promise<Boolean> idle) {
        boolean none = lifecycle.openExchanges() == 0;
        if (none || System.nanoTime() - until >= 0) {
            idle.complete(none);
        } else {
            vertx.setTimer(DRAIN_CHECK_MILLIS, timer -> checkIdle(until, idle));
        }
    }

    private void setLimits(ServerConfig server) {
        long bytes = server.maxBuffered().bytes();
        memory.limit(bytes > 0 ? bytes : Runtime.getRuntime().maxMemory() / 100 * MEMORY_PERCENT);
        conversations.limit(memory.limit() / CONVERSATIONS_OF_MEMORY);
        long space = server.maxUploadSpace().bytes();
        uploads.limits(
                server.maxUploads(),
                space > 0 ? space : UPLOADS_OF_FULL_SIZE * server.maxUpload().bytes());
    }

    /** Loads in the background what the first request would otherwise wait for. */
    private void warmUp() {
        vertx.executeBlocking(() -> {
            ModelCatalog.warmUp();
            return null;
        });
    }

    private void removeOrphans() {
        vertx.executeBlocking(() -> {
            uploads.removeOrphans();
            return null;
        });
    }

    private Future<Void> openAccessLog(ActiveConfig first) {
        active = first;
        active.onSwap(next -> setLimits(next.config().server()));
        accessLog = boot.accessLog().apply(() -> first.current().config().log());
        boot.metrics().logDrops(accessLog::dropped);
        return Future.succeededFuture();
    }

    private Future<Void> openTenancy() {
        BudgetAlerts alerts = new BudgetAlerts(
                boot.metrics(),
                new BudgetWebhook(
                        vertx, () -> active.current().config().alerts().webhook()));
        return Tenancy.open(vertx, active, alerts).map(opened -> {
            tenancy = opened;
            boot.metrics().accounts(opened);
            return null;
        });
    }

    private Future<?> listen() {
        GatewayServices services = new GatewayServices(
                active,
                tenancy.authentication(),
                tenancy.quota(),
                tenancy,
                tenancy.owners(),
                openResponses(),
                retries,
                lifecycle,
                memory,
                conversations,
                uploads,
                this::publicReadiness,
                boot.metrics(),
                accessLog);
        return vertx.deployVerticle(
                () -> {
                    HttpVerticle listener = new HttpVerticle(boot.address(), services);
                    listeners.add(listener);
                    return listener;
                },
                new DeploymentOptions().setInstances(boot.eventLoops()));
    }

    private ResponseMemory openResponses() {
        ResponseMemory responses = new ResponseMemory(System::nanoTime);
        boot.metrics().remembered(responses);
        vertx.setPeriodic(
                SWEEP_MILLIS,
                id -> responses.sweep(active.current().config().server().storedResponses()));
        return responses;
    }

    private Future<?> openAdmin(ProviderSupervisor supervisor) {
        adminListener = new AdminVerticle(
                boot.address().admin(),
                new AdminSources(
                        new AdminSources.Configs(
                                reloader::status,
                                reloader::history,
                                () -> ConfigPrinter.print(active.current().config()),
                                reloader::reload,
                                reloader::propose),
                        new AdminSources.Providers(supervisor::status, this::check, supervisor),
                        new AdminSources.Routes(
                                () -> active.current().config().models(),
                                model -> active.current().routes().plan(model, ThreadLocalRandom.current())),
                        tenancy.sources(),
                        tenancy.access(),
                        () -> readiness(reloader.status()),
                        boot.metrics()),
                () -> active.current().config().server().timeouts());
        return vertx.deployVerticle(adminListener);
    }

    /** Checks the health of a provider, on the caller's context; null if no provider of this name is running. */
    private Future<HealthCheckQuery.Result> check(String provider) {
        long generation = active.current().routes().generation(provider);
        return generation < 0
                ? null
                : new Bus(vertx).request(Address.check(provider, generation), new HealthCheckQuery());
    }

    /**
     * The readiness for the probes of the data plane, without the problems of a rejected edit: only admins may see
     * them.
     */
    private Readiness publicReadiness() {
        Readiness ready = lifecycle.readiness().and(tenancy.readiness());
        return reloader.status().lastRefusal() == null
                ? ready
                : ready.and(Readiness.warning(
                        "config edit refused, the previous config stays active: see the admin listener"));
    }

    private Readiness readiness(ConfigStatus status) {
        ConfigStatus.Refusal refused = status.lastRefusal();
        return lifecycle
                .readiness()
                .and(tenancy.readiness())
                .and(
                        refused == null
                                ? Readiness.ok("config " + status.revision())
                                : Readiness.warning("config edit refused at " + refused.at() + ", " + status.revision()
                                        + " stays active: " + String.join("; ", refused.problems())));
    }
}
