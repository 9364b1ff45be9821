package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.MainVerticle;
import dev.sluice.bus.Bus;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A complete Sluice in this JVM on ephemeral ports, configured by YAML text, with its access log captured. */
public final class RunningSluice implements AutoCloseable {

    /** Configures ephemeral ports; prepend it to the test's own YAML. */
    public static final String EPHEMERAL = """
        server:
          port: 0
          admin: { port: 0 }
        """;

    private final Path directory;
    private final Path file;
    private final Vertx vertx;
    private final MainVerticle main;
    private final ByteArrayOutputStream accessLog = new ByteArrayOutputStream();

    private RunningSluice(String yaml, Map<String, String> environment, int eventLoops, OutputStream log)
            throws IOException {
        directory = Files.createTempDirectory("sluice-test");
        file = directory.resolve("sluice.yaml");
        Files.writeString(file, withoutStore(yaml));
        if (!(ConfigLoader.load(file, environment::get) instanceof LoadedConfig.Ok ok)) {
            throw new IllegalArgumentException(
                    ConfigLoader.load(file, environment::get).toString());
        }
        Metrics metrics = Metrics.create(ok.config().metrics());
        vertx = metrics.configure(
                        Vertx.builder(),
                        new VertxOptions().setEventLoopPoolSize(eventLoops).setPreferNativeTransport(true))
                .build();
        Bus.prepare(vertx);
        main = new MainVerticle(new MainVerticle.Boot(
                file,
                ok.config(),
                ok.revision(),
                ok.config().server(),
                environment::get,
                metrics,
                settings -> AccessLog.to(log == null ? accessLog : log, settings),
                eventLoops));
        await(vertx.deployVerticle(main));
    }

    /** On two event loops; the YAML must say port 0, see {@link #EPHEMERAL}. */
    public static RunningSluice start(String yaml) {
        return start(yaml, Map.of(), 2);
    }

    public static RunningSluice start(String yaml, Map<String, String> environment, int eventLoops) {
        return start(yaml, environment, eventLoops, null);
    }

    /** @param log receives the access log instead of {@link #accessLines}; null for the usual place */
    public static RunningSluice start(String yaml, Map<String, String> environment, int eventLoops, OutputStream log) {
        try {
            return new RunningSluice(yaml, environment, eventLoops, log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public int port() {
        return main.port();
    }

    /** The base URL for an OpenAI client. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    public String adminUrl() {
        return "http://127.0.0.1:" + main.adminPort();
    }

    public ChatClient chat() {
        return new ChatClient(baseUrl());
    }

    public MainVerticle main() {
        return main;
    }

    public Vertx vertx() {
        return vertx;
    }

    public Path file() {
        return file;
    }

    /** Disables the store unless the test configures one, as most tests do not need it. */
    private static String withoutStore(String yaml) {
        return yaml.contains("store:") ? yaml : yaml + "\nstore: { enabled: false }\n";
    }

    /** Replaces the file the way editors do: a new file renamed over the old one. */
    public void edit(String yaml) {
        try {
            Path next = Files.writeString(directory.resolve("next.yaml"), withoutStore(yaml));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The access lines so far. The writer thread may be some milliseconds behind: await what you expect. */
    public List<JsonObject> accessLines() {
        return accessText().lines().map(JsonObject::new).toList();
    }

    public String accessText() {
        String text = accessLog.toString(UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1);
    }

    @Override
    public void close() {
        await(vertx.close());
        try (var files = Files.list(directory)) {
            for (Path each : files.toList()) {
                Files.deleteIfExists(each);
            }
            Files.deleteIfExists(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Blocks; never call it on an event loop. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
