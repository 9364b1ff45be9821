package dev.sluice.http;

import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.auth.TestKeys;
import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.http.body.UploadSpace;
import dev.sluice.http.exchange.AttemptLog;
import dev.sluice.http.exchange.GatewayServices;
import dev.sluice.http.exchange.Lifecycle;
import dev.sluice.http.exchange.ResourceOwners;
import dev.sluice.http.exchange.ResponseMemory;
import dev.sluice.http.exchange.RetryBudgets;
import dev.sluice.model.AttemptRecord;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.quota.QuotaPolicy;
import dev.sluice.route.ActiveConfig;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RouteTable;
import dev.sluice.stream.FairBudget;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** The data-plane listener alone on an ephemeral port. Its providers are functions of the test. */
public final class RunningListener implements AutoCloseable {

    private static final String YAML = """
        server: { port: 0, admin: { port: 0 } }
        providers:
          a: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1" }
        models:
          one: { targets: [{ provider: a, model: m }] }
        """;

    final Lifecycle lifecycle = new Lifecycle();
    final Queue<AttemptRecord> records = new ConcurrentLinkedQueue<>();
    final Vertx vertx = Vertx.vertx();
    final HttpVerticle verticle;
    final GatewayServices services;

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final AccessLog accessLog;

    private RunningListener(String yaml, AuthConfig auth) {
        Bus.prepare(vertx);
        SluiceConfig config = config(yaml);
        accessLog = AccessLog.to(logged, config::log);
        ActiveConfig active =
                new ActiveConfig(new ConfigSnapshot(config, "r1", new RouteTable(config, generations(config))));
        GatewayAuthentication authentication = TestKeys.identity(() -> auth);
        Quota quota = new Quota(QuotaClock.system(), alert -> {});
        quota.applyPolicy(QuotaPolicy.of(config, List.of()));
        AttemptLog attempts = records::add;
        services = new GatewayServices(
                active,
                authentication,
                quota,
                attempts,
                ResourceOwners.inMemory(new byte[32]),
                new ResponseMemory(System::nanoTime),
                new RetryBudgets(),
                lifecycle,
                new FairBudget(1 << 30),
                new FairBudget(1 << 28),
                new UploadSpace(Path.of(System.getProperty("java.io.tmpdir"))),
                lifecycle::readiness,
                Metrics.off(),
                accessLog);
        ServerConfig address = config.server();
        verticle = new HttpVerticle(address, services);
        RunningSluice.await(vertx.deployVerticle(verticle));
        lifecycle.setListening();
    }

    /** Without keys: every caller of this machine may use it. */
    static RunningListener open() {
        return new RunningListener(YAML, TestKeys.open());
    }

    static RunningListener withKeys(AuthConfig auth) {
        return withKeys(YAML, auth);
    }

    /** @param yaml with ephemeral ports, as {@link RunningSluice#EPHEMERAL} has them */
    public static RunningListener withKeys(String yaml, AuthConfig auth) {
        return new RunningListener(yaml, auth);
    }

    /** Runs a provider. Its function gets the calls on the provider's event loop. */
    public void serve(String provider, Function<ProviderCall, Future<ProviderReply>> calls) {
        RunningSluice.await(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                new Bus(vertx).serve(Address.provider(provider, 1), calls);
                return Future.succeededFuture();
            }
        }));
    }

    RawClient connect() throws IOException {
        return RawClient.connect(verticle.port());
    }

    /** Sends one request and reads its response to the end of the connection. */
    public String exchange(String method, String path, String... headerLines) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nhost: localhost\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        try (RawClient client = connect()) {
            return client.send(head + "connection: close\r\n\r\n").read(20_000).text();
        }
    }

    /** As {@link #exchange}, with a JSON body. */
    public String post(String path, String json, String headerLine) throws IOException {
        try (RawClient client = connect()) {
            return client.post(path, json, headerLine, "connection: close")
                    .read(20_000)
                    .text();
        }
    }

    /** Ends the access log and returns its lines. */
    String accessLines() {
        accessLog.close();
        return logged.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        RunningSluice.await(vertx.close());
        accessLog.close();
    }

    private static Map<String, Long> generations(SluiceConfig config) {
        Map<String, Long> generations = new HashMap<>();
        config.providers().keySet().forEach(name -> generations.put(name, 1L));
        return generations;
    }

    private static SluiceConfig config(String yaml) {
        LoadedConfig loaded = ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        if (loaded instanceof LoadedConfig.Ok ok) {
            return ok.config();
        }
        throw new IllegalArgumentException(loaded.toString());
    }
}
