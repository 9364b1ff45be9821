package dev.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.LedgerRow;
import dev.sluice.store.LedgerQuery;
import dev.sluice.store.Store;
import dev.sluice.store.StoreRecords;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Killed under load, started again: what clients have seen is in the ledger, once, and the budget knows of it. */
class LedgerSurvivesAKillIT {

    private static final int CLIENTS = 20;
    private static final int KILLS = 3;
    private static final int SEEN_BEFORE_THE_KILL = 300;
    private static final Pattern SPENT = Pattern.compile("key ci: ([0-9.]+) of 1000 USD in total are spent");

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    Path folder;

    @Test
    void rowsThatClientsSawAreThereOnceAndTheBudgetKnowsThem() throws Exception {
        VirtualKeys keys = new VirtualKeys().with("ci", "budget: { usd: 1000, period: lifetime, warn_at: 0 }");
        Path config = Files.writeString(
                folder.resolve("sluice.yaml"),
                """
                server: { port: 0, admin: { port: 0 }, drain: 1s }
                log: { access: false }
                store: { url: "sqlite:%s" }
                providers:
                  up: { type: openai_compatible, base_url: "%s" }
                model_info:
                  "lorem*": { input: 100, output: 100 }
                """.formatted(folder.resolve("data").resolve("sluice.db"), simulator.baseUrl()) + keys.yaml());
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        for (int kill = 0; kill < KILLS; kill++) {
            try (SluiceProcess sluice = SluiceProcess.serve(environment, config)) {
                killUnderLoad(sluice, keys, seen, "kill" + kill + "-");
            }
        }

        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .as("who is killed leaves no library behind")
                    .noneMatch(name -> name.contains("sqlite"));
        }

        BigDecimal told;
        try (SluiceProcess sluice = SluiceProcess.serve(Map.of(), config)) {
            HttpResponse<String> response = ask(sluice, keys, "after");
            Matcher spent = SPENT.matcher(
                    response.headers().firstValue("x-sluice-budget-warning").orElseThrow());
            assertThat(spent.matches()).isTrue();
            told = new BigDecimal(spent.group(1));
            sluice.terminate();
            assertThat(sluice.end().exit()).isZero();
        }

        Map<String, Long> rows = ledger(config);
        assertThat(rows.keySet()).containsAll(seen).contains("after");
        rows.remove("after");
        long sum = rows.values().stream().mapToLong(Long::longValue).sum();
        assertThat(told).isEqualByComparingTo(BigDecimal.valueOf(sum, 9)).isPositive();
    }

    /** Every client asks on until the process is gone; what it has seen to the end it notes. */
    private static void killUnderLoad(SluiceProcess sluice, VirtualKeys keys, Set<String> seen, String prefix) {
        int before = seen.size();
        AtomicInteger number = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.execute(() -> {
                    while (sluice.alive()) {
                        String id = prefix + number.incrementAndGet();
                        try {
                            if (ask(sluice, keys, id).body().endsWith("data: [DONE]\n\n")) {
                                seen.add(id);
                            }
                        } catch (UncheckedIOException killed) {
                            return;
                        }
                    }
                });
            }
            await().until(() -> seen.size() - before > SEEN_BEFORE_THE_KILL);
            sluice.close();
        }
    }

    private static HttpResponse<String> ask(SluiceProcess sluice, VirtualKeys keys, String id) {
        return sluice.chat()
                .chat(
                        ChatClient.request("up/lorem-10", "Hello").put("stream", true),
                        "authorization",
                        keys.bearer("ci"),
                        "x-request-id",
                        id);
    }

    /** Cost by request; a request that stands there twice fails. */
    private static Map<String, Long> ledger(Path config) {
        LoadedConfig.Ok loaded = (LoadedConfig.Ok) ConfigLoader.load(config, name -> null);
        Vertx vertx = Vertx.vertx();
        Store store = RunningSluice.await(Store.open(vertx, loaded.config().store(), StoreRecords.ANY_MODEL));
        RunningSluice.await(store.ready());
        List<LedgerRow> rows = RunningSluice.await(store.ledger()
                .list(new LedgerQuery(
                        Instant.EPOCH, Instant.now().plusSeconds(60), "ci", null, null, null, 1_000_000)));
        Map<String, Long> costs = new HashMap<>();
        rows.forEach(row -> assertThat(
                        costs.put(row.attempt().requestId(), row.attempt().costNanoUsd()))
                .as(row.attempt().requestId())
                .isNull());
        RunningSluice.await(store.close());
        RunningSluice.await(vertx.close());
        return costs;
    }
}
