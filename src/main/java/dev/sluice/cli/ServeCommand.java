package dev.sluice.cli;

import dev.sluice.MainVerticle;
import dev.sluice.bus.Bus;
import dev.sluice.config.LoopbackAddress;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Logging;
import dev.sluice.observe.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the gateway until SIGTERM. */
@Command(name = "serve", description = "Runs the gateway.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    /** Not an exit code: the process keeps running. */
    static final int KEEPS_RUNNING = -1;

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice");
    /** Beyond the drain: closing sockets and flushing logs. */
    private static final long STOP_SLACK_SECONDS = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigFile file;

    @Option(
            names = "--host",
            defaultValue = "${env:SLUICE_HOST}",
            description = "Overrides SLUICE_HOST and server.host.")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "${env:SLUICE_PORT}",
            description = "Overrides SLUICE_PORT and server.port.")
    private Integer port;

    @Option(
            names = "--admin-port",
            defaultValue = "${env:SLUICE_ADMIN_PORT}",
            description = "Overrides SLUICE_ADMIN_PORT and server.admin.port.")
    private Integer adminPort;

    @Override
    public Integer call() {
        Path path = file.path();
        return switch (ConfigLoader.load(path, System::getenv)) {
            case LoadedConfig.Refused refused -> refused(path, refused);
            case LoadedConfig.Ok ok -> serve(path, ok);
        };
    }

    private int refused(Path path, LoadedConfig.Refused refused) {
        PrintWriter err = spec.commandLine().getErr();
        ConfigRefusal.print(refused, path, err);
        err.println("Sluice does not start");
        return Sluice.BAD_USAGE;
    }

    private int serve(Path path, LoadedConfig.Ok ok) {
        ServerConfig address = address(ok.config().server());
        if (ok.config().auth().open() && !LoopbackAddress.is(address.host())) {
            spec.commandLine()
                    .getErr()
                    .println("host " + address.host()
                            + " is reachable from other machines, and no key is required (expected: a"
                            + " loopback address, or one of auth.keys, auth.jwt or auth.required; `keys create --print`"
                            + " prints a key for auth.keys)");
            return Sluice.BAD_USAGE;
        }
        Logging.apply(ok.config().log());
        ok.warnings().forEach(warning -> LOG.warn("config: {}", warning));
        int eventLoops = Runtime.getRuntime().availableProcessors();
        Metrics metrics = Metrics.create(ok.config().metrics());
        Vertx vertx = vertx(metrics, eventLoops);
        MainVerticle main = new MainVerticle(new MainVerticle.Boot(
                path,
                ok.config(),
                ok.revision(),
                address,
                System::getenv,
                metrics,
                AccessLog::toStandardOutput,
                eventLoops));
        try {
            vertx.deployVerticle(main).toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException failure) {
            spec.commandLine()
                    .getErr()
                    .println("cannot start: " + failure.getCause().getMessage() + " ("
                            + address.host() + ":" + address.port() + ", admin "
                            + address.admin().host() + ":"
                            + address.admin().port() + ")");
            vertx.close();
            return Sluice.CANNOT_START;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Sluice.CANNOT_START;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx, main), "sluice-stop"));
        HangupSignal.handle(main::reload);
        announce(main, address);
        return KEEPS_RUNNING;
    }

    private static Vertx vertx(Metrics metrics, int eventLoops) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4)
                .setPreferNativeTransport(true)
                // Nothing is served from the class path, and the file system may be read-only.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        Vertx vertx = metrics.configure(Vertx.builder(), options).build();
        Bus.prepare(vertx);
        return vertx;
    }

    private ServerConfig address(ServerConfig file) {
        return file.at(
                host == null ? file.host() : host,
                port == null ? file.port() : port,
                adminPort == null ? file.admin().port() : adminPort);
    }

    private void announce(MainVerticle main, ServerConfig address) {
        String scheme = address.tls() == null ? "http" : "https";
        String url = scheme + "://" + address.host() + ":" + main.port();
        List<String> models = main.active().current().routes().names();
        String model = models.isEmpty() ? "provider/model" : models.get(0);
        long sinceStart = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "Sluice " + Sluice.Version.current() + " ready in " + sinceStart + " ms at " + url + "  admin http://"
                        + address.admin().host() + ":" + main.adminPort() + "  models " + String.join(", ", models)
                        + "  try: curl "
                        + url + "/v1/chat/completions -H 'content-type: application/json' -d '{\"model\":\"" + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
        out.flush();
    }

    /** The shutdown hook. Ends the JVM with 0: a stop on SIGTERM is clean. */
    private static void stop(Vertx vertx, MainVerticle main) {
        long drainSeconds = main.active().current().config().server().drain().toSeconds();
        LOG.info("stopping: open requests have {} s", drainSeconds);
        CompletableFuture<Void> stopped = main.drain()
                .transform(drained -> vertx.close())
                .toCompletionStage()
                .toCompletableFuture();
        try {
            stopped.get(drainSeconds + STOP_SLACK_SECONDS, TimeUnit.SECONDS);
            LOG.info("stopped");
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            LOG.warn("stopped, but not cleanly", failure);
        }
        Runtime.getRuntime().halt(0);
    }
}
