package dev.sluice.gateway;

import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.auth.jwt.JwksCache;
import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.http.HttpVerticle;
import dev.sluice.http.body.UploadSpace;
import dev.sluice.http.exchange.AttemptLog;
import dev.sluice.http.exchange.GatewayServices;
import dev.sluice.http.exchange.Lifecycle;
import dev.sluice.http.exchange.ResourceOwners;
import dev.sluice.http.exchange.ResponseMemory;
import dev.sluice.http.exchange.RetryBudgets;
import dev.sluice.model.Readiness;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.stream.FairBudget;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** A second listener of a running gateway, with its providers and configuration, but with services of the test. */
final class SecondListener implements AutoCloseable {

    private final String host;
    private final AccessLog log;
    private final HttpVerticle verticle;
    final Lifecycle lifecycle = new Lifecycle();

    /** @param host of its own: Vert.x shares a listener among the verticles of one address */
    SecondListener(RunningSluice sluice, String host, AttemptLog ledger, Metrics metrics) {
        this.host = host;
        Supplier<SluiceConfig> config = () -> sluice.main().active().current().config();
        log = AccessLog.to(new ByteArrayOutputStream(), () -> config.get().log());
        verticle = new HttpVerticle(
                server(host),
                new GatewayServices(
                        sluice.main().active(),
                        authentication(sluice, config),
                        new Quota(QuotaClock.system(), alert -> {}),
                        ledger,
                        ResourceOwners.inMemory(new byte[32]),
                        new ResponseMemory(System::nanoTime),
                        new RetryBudgets(),
                        lifecycle,
                        new FairBudget(1 << 30),
                        new FairBudget(1 << 28),
                        new UploadSpace(Path.of(System.getProperty("java.io.tmpdir"))),
                        () -> new Readiness(true, List.of()),
                        metrics,
                        log));
        RunningSluice.await(sluice.vertx().deployVerticle(verticle));
    }

    int port() {
        return verticle.port();
    }

    ChatClient chat() {
        return new ChatClient("http://" + host + ":" + port() + "/v1");
    }

    private static GatewayAuthentication authentication(RunningSluice sluice, Supplier<SluiceConfig> config) {
        return new GatewayAuthentication(
                new KeyRing(config, () -> StoredKeys.NONE, System::currentTimeMillis),
                new JwtProvider(
                        config, new JwksCache(sluice.vertx(), config, System::nanoTime), System::currentTimeMillis));
    }

    private static ServerConfig server(String host) {
        LoadedConfig loaded = ConfigLoader.parse(
                "server: { host: " + host + ", port: 0 }\nproviders: { any: { type: simulator } }",
                "listener.yaml",
                name -> null,
                Path.of("."));
        return ((LoadedConfig.Ok) loaded).config().server();
    }

    /** After the gateway, which undeploys the listener. */
    @Override
    public void close() {
        log.close();
    }
}
