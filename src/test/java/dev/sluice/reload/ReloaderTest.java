package dev.sluice.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.Bus;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.ProviderStatus;
import dev.sluice.observe.Metrics;
import dev.sluice.route.ActiveConfig;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.stream.FairBudget;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All or nothing, one after the other, the last edit wins. */
class ReloaderTest {

    private static final String ONE = "providers: { one: { type: simulator } }\n";

    @TempDir
    private Path directory;

    private final Set<String> read = ConcurrentHashMap.newKeySet();
    private Path file;
    private Vertx vertx;
    private ContextInternal home;
    private ProviderSupervisor supervisor;
    private Reloader reloader;
    private ActiveConfig active;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(directory.resolve("sluice.yaml"), ONE);
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        home = ((VertxInternal) vertx).createEventLoopContext();
        Bus.prepare(vertx);
        supervisor = new ProviderSupervisor(vertx, 2, Metrics.off(), new FairBudget(1 << 20));
        begin(loaded().config().server());
    }

    @AfterEach
    void stop() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void aProviderThatCannotStartLeavesEverythingAsItWas() throws IOException {
        Set<String> deployments = vertx.deploymentIDs();
        int servers = servers();
        ConfigSnapshot before = active.current();

        ConfigStatus status = reload("""
            providers:
              one: { type: simulator, token_gap: 7ms }
              good: { type: simulator }
              bad: { type: simulator, error_rate: 1, error_kind: no-such-fault }
            """);

        assertThat(status.lastRefusal().problems())
                .singleElement()
                .asString()
                .contains("providers.bad: cannot be started", "no-such-fault");
        assertThat(active.current()).isSameAs(before);
        assertThat(running()).containsExactly("one");
        assertThat(vertx.deploymentIDs()).containsExactlyInAnyOrderElementsOf(deployments);
        assertThat(servers()).isEqualTo(servers);

        assertThat(reload("providers: { one: { type: simulator }, good: { type: simulator } }\n")
                        .lastRefusal())
                .isNull();
        assertThat(running()).containsExactlyInAnyOrder("one", "good");
    }

    @Test
    void callersGetAReloadThatStartedAfterTheCall() throws IOException {
        // Each edit right after the other, while the reload before is still running.
        List<Future<ConfigStatus>> asked = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            Files.writeString(file, "providers: { p%d: { type: simulator } }\n".formatted(i));
            asked.add(reloader.reload());
        }
        String last = loaded().revision();

        assertThat(RunningSluice.await(asked.get(19)).revision()).isEqualTo(last);
        assertThat(active.current().revision()).isEqualTo(last);
        await().untilAsserted(() -> assertThat(running()).containsExactly("p20"));
    }

    @Test
    void anEditIsNotEvenReadBeforeTheOneBeforeIsApplied() throws IOException {
        CountDownLatch busy = new CountDownLatch(1);
        otherLoop().runOnContext(v -> awaitQuietly(busy));
        Files.writeString(file, "providers: { p1: { type: simulator, models: [\"${READ_1}\"] } }\n");
        Future<ConfigStatus> first = reloader.reload();
        await().until(() -> read.contains("READ_1"));
        // Its providers cannot start while one of the event loops they need is busy.
        Files.writeString(file, "providers: { p2: { type: simulator, models: [\"${READ_2}\"] } }\n");
        Future<ConfigStatus> second = reloader.reload();

        await().during(Duration.ofMillis(300)).until(() -> !read.contains("READ_2") && !first.isComplete());
        busy.countDown();

        assertThat(RunningSluice.await(second).revision())
                .isNotEqualTo(RunningSluice.await(first).revision());
        assertThat(running()).containsExactly("p2");
        await().untilAsserted(() -> assertThat(supervisor.status()).hasSize(1));
    }

    @Test
    void manyThreadsMayReloadAtOnce() throws IOException {
        Files.writeString(file, "providers: { two: { type: simulator }, three: { type: simulator } }\n");
        String expected = loaded().revision();

        List<CompletableFuture<ConfigStatus>> asked = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> RunningSluice.await(reloader.reload())))
                .toList();

        assertThat(asked)
                .isNotEmpty()
                .allSatisfy(status -> assertThat(status.join().revision()).isEqualTo(expected));
        await().untilAsserted(() -> assertThat(running()).containsExactlyInAnyOrder("two", "three"));
    }

    @Test
    void aRetiredSimulatorLeavesNoPortOpen() throws IOException {
        Set<String> deployments = vertx.deploymentIDs();
        int servers = servers();
        for (int i = 1; i <= 10; i++) {
            reload("providers: { one: { type: simulator, token_gap: %dms } }\n".formatted(i));
        }

        await().untilAsserted(() -> assertThat(supervisor.status()).hasSize(1));
        await().untilAsserted(() -> assertThat(vertx.deploymentIDs()).hasSameSizeAs(deployments));
        assertThat(servers()).isEqualTo(servers);
    }

    @Test
    void noEditOpensAListenerToTheNetwork() throws IOException {
        ServerConfig file = loaded().config().server();
        begin(file.at("0.0.0.0", file.port(), file.admin().port()));
        ConfigSnapshot before = active.current();

        // Good for a start: the file says loopback. But the listener that runs is elsewhere.
        ConfigStatus status = reload("server: { host: 127.0.0.1 }\n" + ONE);

        assertThat(status.lastRefusal().problems()).singleElement().asString().contains("auth.keys", "0.0.0.0");
        assertThat(active.current()).isSameAs(before);
    }

    @Test
    void closedItAppliesNothingMore() throws IOException {
        RunningSluice.await(reloader.close());
        ConfigSnapshot before = active.current();

        reload("providers: { two: { type: simulator } }\n");

        assertThat(active.current()).isSameAs(before);
        assertThat(running()).containsExactly("one");
    }

    private void begin(ServerConfig address) {
        LoadedConfig.Ok ok = loaded();
        reloader = new Reloader(vertx, file, this::environment, ok.config(), address, supervisor, Metrics.off());
        active = RunningSluice.await(Future.future(begun -> home.runOnContext(
                v -> reloader.start(ok.config(), ok.revision()).onComplete(begun))));
    }

    private ConfigStatus reload(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return RunningSluice.await(reloader.reload());
    }

    private LoadedConfig.Ok loaded() {
        return (LoadedConfig.Ok) ConfigLoader.load(file, name -> null);
    }

    private ContextInternal otherLoop() {
        ContextInternal other = home;
        while (other.nettyEventLoop() == home.nettyEventLoop()) {
            other = ((VertxInternal) vertx).createEventLoopContext();
        }
        return other;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells which version of the file is being read. */
    private String environment(String name) {
        read.add(name);
        return name.startsWith("READ_") ? name : null;
    }

    private List<String> running() {
        return supervisor.status().stream()
                .filter(provider -> !provider.retiring())
                .map(ProviderStatus::name)
                .toList();
    }

    private int servers() {
        return ((VertxInternal) vertx).sharedTcpServers().size();
    }
}
