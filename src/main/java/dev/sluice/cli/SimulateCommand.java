package dev.sluice.cli;

import dev.sluice.config.SimulatorConfig;
import dev.sluice.model.Durations;
import dev.sluice.simulator.SimulatorServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code simulate}: runs only the simulator, steerable, as the upstream of tests and of the benchmark. */
@Command(
        name = "simulate",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Runs only the built-in model simulator, for tests and benchmarks.")
public final class SimulateCommand implements Callable<Integer> {

    private static final int STOPPED = 0;
    private static final int CANNOT_START = 2;

    @Spec
    private CommandSpec spec;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "0", description = "Port; 0 for any free one (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--tokens", defaultValue = "120", description = "Tokens of lorem and fast (${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--first-token",
            defaultValue = "0ms",
            converter = Time.class,
            description = "Time to the first token (${DEFAULT-VALUE}).")
    private Duration firstToken;

    @Option(
            names = "--token-gap",
            defaultValue = "0ms",
            converter = Time.class,
            description = "Time between tokens (${DEFAULT-VALUE}).")
    private Duration tokenGap;

    @Option(
            names = "--jitter",
            defaultValue = "0",
            description = "Random share of both times, 0 to 1 (${DEFAULT-VALUE}).")
    private double jitter;

    @Option(
            names = "--instances",
            defaultValue = "0",
            description = "Event loops; 0 for one per core (${DEFAULT-VALUE}).")
    private int instances;

    @Option(names = "--record", description = "Keeps requests, to be read at GET /_sim/stats.")
    private boolean record;

    /** Serves until the process is stopped. */
    @Override
    public Integer call() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        Thread onStop = new Thread(() -> vertx.close().await());
        try {
            SimulatorServer server = SimulatorServer.start(vertx, setup())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
            Runtime.getRuntime().addShutdownHook(onStop);
            spec.commandLine().getOut().println("simulator ready on " + server.baseUrl());
            spec.commandLine().getOut().flush();
            return serveUntilStopped();
        } catch (ExecutionException cannotStart) {
            spec.commandLine()
                    .getErr()
                    .println("simulate: " + cannotStart.getCause().getMessage());
            return CANNOT_START;
        } catch (InterruptedException stopped) {
            Runtime.getRuntime().removeShutdownHook(onStop);
            return STOPPED;
        } finally {
            vertx.close();
        }
    }

    /** Returns only if the thread is interrupted. */
    private static int serveUntilStopped() throws InterruptedException {
        new CountDownLatch(1).await();
        return STOPPED;
    }

    private SimulatorServer.Setup setup() {
        SimulatorConfig settings = new SimulatorConfig(firstToken, tokenGap, jitter, tokens, 0, "status-503", true);
        int loops = instances == 0 ? Runtime.getRuntime().availableProcessors() : instances;
        return new SimulatorServer.Setup(settings, host, port, loops, true, record);
    }

    /** Reads options that are durations. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Durations.parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + text + "\" (expected: a duration such as " + Durations.EXAMPLES + ")"));
        }
    }
}
