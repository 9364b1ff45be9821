package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.route.ConfigSnapshot;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.lang.ref.WeakReference;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A hundred reloads that each replace every provider fail no request, truncate no stream, and leave nothing deployed.
 */
class ReloadsFailNoRequestTest {

    private static final int RELOADS = 100;
    private static final List<String> MODELS = List.of("fast", "spread", "own/lorem-20_gap-2ms", "up/lorem-20_gap-2ms");

    @RegisterExtension
    static final RunningSimulator UPSTREAM = RunningSimulator.steerable();

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger responses = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicBoolean enough = new AtomicBoolean();
    private RunningSluice sluice;
    private AdminClient admin;

    @BeforeEach
    void start() {
        sluice = RunningSluice.start(config(0));
        admin = AdminClient.of(sluice);
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void nothingFailsAndNothingStays() {
        Set<String> deployments = sluice.vertx().deploymentIDs();
        int servers = servers();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean stream = i % 2 == 0;
            String model = MODELS.get(i / 2);
            clients.add(Thread.ofVirtual().start(() -> callUntilEnough(model, stream)));
        }
        // Streams that last over dozens of edits, on providers that are replaced all the while.
        clients.add(Thread.ofVirtual().start(() -> call("own/lorem-400_gap-10ms", true)));
        clients.add(Thread.ofVirtual().start(() -> call("up/lorem-400_gap-10ms", true)));

        List<WeakReference<ConfigSnapshot>> served = new ArrayList<>();
        Set<String> revisions = new HashSet<>();
        for (int edit = 1; edit <= RELOADS; edit++) {
            served.add(new WeakReference<>(sluice.main().active().current()));
            sluice.edit(config(edit));
            JsonObject status = admin.reload();
            assertThat(status.getJsonObject("last_refusal")).isNull();
            revisions.add(status.getString("revision"));
        }
        enough.set(true);
        clients.forEach(ReloadsFailNoRequestTest::join);

        assertThat(failures).isEmpty();
        assertThat(responses).hasValueGreaterThan(RELOADS);
        assertThat(streams).hasValueGreaterThan(RELOADS / 2);
        assertThat(revisions).hasSize(RELOADS);
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(admin.deployments()).containsExactly("own", "up");
            assertThat(sluice.vertx().deploymentIDs()).hasSameSizeAs(deployments);
            assertThat(servers()).isEqualTo(servers);
        });
        assertThat(admin.providers())
                .isNotEmpty()
                .allSatisfy(
                        provider -> assertThat(provider.getInteger("in_flight")).isZero());
        assertThat(admin.metric("sluice_config_reloads_total{result=\"applied\"}"))
                .isEqualTo(RELOADS + 1.0);
        // Each generation of a simulator has another port: no port may become a label.
        assertThat(admin.metrics()).doesNotContain("127.0.0.1:");
        // An idle connection may hold on to its last request, and with it to the config that served it.
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            System.gc();
            assertThat(served.stream().filter(serving -> serving.get() != null)).hasSizeLessThan(RELOADS / 4);
        });
    }

    private void callUntilEnough(String model, boolean stream) {
        while (!enough.get()) {
            call(model, stream);
        }
    }

    private void call(String model, boolean stream) {
        try {
            JsonObject body = ChatClient.request(model, "Hello there").put("stream", stream);
            HttpResponse<String> response = sluice.chat().chat(body);
            boolean whole = stream
                    ? response.body().endsWith("data: [DONE]\n\n")
                    : response.body().contains("\"finish_reason\":\"stop\"");
            if (response.statusCode() != 200 || !whole) {
                failures.add(model + (stream ? " streamed: " : ": ") + response.statusCode() + " " + response.body());
            }
            (stream ? streams : responses).incrementAndGet();
        } catch (RuntimeException broken) {
            failures.add(model + (stream ? " streamed: " : ": ") + broken);
        }
    }

    /** Every edit replaces both providers; the route's order changes, and its target's model. */
    private static String config(int edit) {
        String first = edit % 2 == 0 ? "own" : "up";
        String second = edit % 2 == 0 ? "up" : "own";
        return RunningSluice.EPHEMERAL
                + """
                providers:
                  own: { type: simulator, first_token: 0ms, token_gap: %dms, steerable: true }
                  up:
                    type: openai_compatible
                    base_url: "%s"
                    api_keys: [{ key: dummy }]
                    headers: { x-edit: "%d" }
                models:
                  fast: { targets: [{ provider: %s, model: lorem-%d }, { provider: %s, model: echo }] }
                  spread: { strategy: weighted, targets: [{ provider: up, model: echo }, { provider: own, model: lorem-9 }] }
                """.formatted(edit % 2, UPSTREAM.baseUrl(), edit, first, 10 + edit % 5, second);
    }

    /** Listening sockets of this Sluice. */
    private int servers() {
        return ((VertxInternal) sluice.vertx()).sharedTcpServers().size();
    }

    private static void join(Thread client) {
        try {
            client.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
