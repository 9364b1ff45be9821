package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.store.RunningPostgres;
import dev.sluice.store.Store;
import dev.sluice.store.StoreRecords;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes report an unavailable store, and return 503 only when it causes every request to be refused. */
class ReadinessReportsTheStoreTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final VirtualKeys file = new VirtualKeys().with("of_file", "role: viewer");

    @TempDir
    private Path folder;

    private int postgres;

    @BeforeEach
    void choosePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            postgres = free.getLocalPort();
        }
    }

    @Test
    void readyWithAWarningWhileKnownKeysWork() {
        RunningPostgres database = RunningPostgres.in(folder.resolve("pg"), postgres);
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = RunningSluice.start(yaml(""))) {
            assertThat(verbose(sluice)).contains("[+] store ok\n").endsWith("\nready\n");
            String token = new JsonObject(new ChatClient(sluice.adminUrl())
                            .post("/admin/v1/keys", "{\"id\":\"stored\"}")
                            .body())
                    .getString("token");
            await().until(() -> ask(sluice, token).statusCode() == 200);

            database.close();
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(verbose(sluice)).contains("[!] store_unavailable: known keys keep working"));
            assertThat(verbose(sluice)).endsWith("\nready\n");
            assertThat(ready(sluice)).isEqualTo(200);
            assertThat(ask(sluice, token).statusCode()).isEqualTo(200);
            assertThat(log.lines()).noneMatch(line -> line.contains("already registered"));
            assertThat(new ChatClient(sluice.adminUrl()).get("/metrics").body())
                    .contains("vertx_pool_")
                    .doesNotContain("vertx_sql_");

            database = RunningPostgres.in(folder.resolve("pg"), postgres);
            await().atMost(SOON).untilAsserted(() -> assertThat(verbose(sluice)).contains("[+] store ok\n"));
        } finally {
            database.close();
        }
    }

    @Test
    void notReadyWhileTheStoreWithAllKeysIsDown() {
        try (RunningSluice sluice = RunningSluice.start(yaml(""))) {
            assertThat(ready(sluice)).isEqualTo(503);
            assertThat(verbose(sluice)).contains("[-] store_unavailable").endsWith("\nnot ready\n");
            assertThat(code(ask(sluice, "sk-any"))).isEqualTo("store_unavailable");

            sluice.edit(yaml(file.yaml()));
            await().untilAsserted(() -> assertThat(ready(sluice)).isEqualTo(200));
            assertThat(verbose(sluice))
                    .contains("[!] store_unavailable: stored keys are refused")
                    .endsWith("\nready\n");
            assertThat(ask(sluice, file.token("of_file")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFullJournalIsNotReadyUntilTheStoreTakesItsRows() {
        try (RunningSluice sluice = RunningSluice.start(yaml(file.yaml()))) {
            assertThat(ready(sluice)).isEqualTo(200);
            Store store = RecordedUsage.of(sluice).store();
            for (int i = 0; !store.full(); i++) {
                store.append(StoreRecords.row("r" + i));
            }

            assertThat(ready(sluice)).isEqualTo(503);
            assertThat(verbose(sluice)).contains("[-] ledger_full").endsWith("\nnot ready\n");
            assertThat(code(ask(sluice, file.token("of_file")))).isEqualTo("ledger_full");
            JsonObject health = new JsonObject(new ChatClient(sluice.adminUrl())
                    .get("/admin/v1/health", "authorization", file.bearer("of_file"))
                    .body());
            assertThat(health.getBoolean("ready")).isFalse();
            assertThat(health.getJsonArray("reasons").toString()).contains("[-] ledger_full", "[!] store_unavailable");

            try (RunningPostgres database = RunningPostgres.in(folder.resolve("pg"), postgres)) {
                assertThat(database).isNotNull();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ready(sluice)).isEqualTo(200));
                assertThat(ask(sluice, file.token("of_file")).statusCode()).isEqualTo(200);
                await().atMost(SOON).until(RecordedUsage.of(sluice)::written);
            }
        }
    }

    private String yaml(String auth) {
        return RunningSluice.EPHEMERAL
                + """
                providers: { sluice: { type: simulator, models: [echo] } }
                store: { url: "postgresql://postgres:postgres@127.0.0.1:%d/postgres", journal: "%s", max_journal: 1MiB }
                """.formatted(postgres, folder.resolve("journal"))
                + (auth.isEmpty() ? "auth: { pepper: \"" + VirtualKeys.PEPPER + "\" }\n" : auth);
    }

    private static HttpResponse<String> ask(RunningSluice sluice, String token) {
        return sluice.chat().chat(ChatClient.request("sluice/echo", "hi"), "authorization", "Bearer " + token);
    }

    private static String code(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        return ObservedState.error(response.body()).getString("code");
    }

    /** Of the data plane's probe. */
    private static int ready(RunningSluice sluice) {
        int status = probe(sluice, "/readyz").statusCode();
        assertThat(new ChatClient(sluice.adminUrl()).get("/readyz").statusCode())
                .isEqualTo(status);
        return status;
    }

    private static String verbose(RunningSluice sluice) {
        return probe(sluice, "/readyz?verbose").body();
    }

    private static HttpResponse<String> probe(RunningSluice sluice, String path) {
        return new ChatClient("http://127.0.0.1:" + sluice.port()).get(path);
    }
}
