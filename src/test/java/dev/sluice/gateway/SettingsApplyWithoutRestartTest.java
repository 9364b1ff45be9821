package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.LogConfig;
import dev.sluice.observe.Logging;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Every setting applies to the next request, except a few that require a restart and are reported as such. */
class SettingsApplyWithoutRestartTest {

    private static final String PROVIDERS = "providers: { one: { type: simulator, models: [echo] } }\n";

    private final CapturedLog log = CapturedLog.open();
    private RunningSluice sluice;
    private AdminClient admin;

    @BeforeEach
    void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + PROVIDERS);
        admin = AdminClient.of(sluice);
    }

    @AfterEach
    void stop() {
        sluice.close();
        log.close();
        Logging.apply(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.INFO, true));
    }

    @Test
    void listenerChangesWaitForARestartAndTheRestOfTheEditDoesNot() {
        apply("""
            server: { host: localhost, port: 1, admin: { port: 2 } }
            metrics: { enabled: false }
            providers: { one: { type: simulator, models: [echo] }, two: { type: simulator, models: [echo] } }
            """);

        assertThat(admin.restartNeeded())
                .containsExactly("server.host", "server.port", "server.admin", "metrics.enabled");
        assertThat(warnings())
                .containsExactly(
                        "WARN server.host changed: it takes effect at the next start",
                        "WARN server.port changed: it takes effect at the next start",
                        "WARN server.admin changed: it takes effect at the next start",
                        "WARN metrics.enabled changed: it takes effect at the next start");
        assertThat(ask("two/echo", "Hi").statusCode()).isEqualTo(200);

        apply("server: { port: 1, admin: { port: 0 } }\n" + PROVIDERS);

        assertThat(admin.restartNeeded()).containsExactly("server.port");
        assertThat(warnings()).hasSize(4);

        apply(RunningSluice.EPHEMERAL + PROVIDERS);

        assertThat(admin.restartNeeded()).isEmpty();
    }

    @Test
    void theLargestBody() {
        assertThat(ask("one/echo", "x".repeat(4_000)).statusCode()).isEqualTo(200);

        apply("server: { port: 0, admin: { port: 0 }, max_body: 2KiB }\n" + PROVIDERS);

        assertThat(ask("one/echo", "x".repeat(4_000)).statusCode()).isEqualTo(413);
        assertThat(ask("one/echo", "x").statusCode()).isEqualTo(200);
        assertThat(admin.restartNeeded()).isEmpty();
    }

    @Test
    void clientTimeouts() throws IOException {
        try (RawClient silent = RawClient.connect(sluice.port())) {
            apply("server: { port: 0, admin: { port: 0 }, timeouts: { header: 200ms } }\n" + PROVIDERS);

            // Far below the 10 s it was when this client connected.
            assertThat(silent.read(5_000).end()).isNotEqualTo(RawClient.End.SILENCE);
        }
    }

    @Test
    void keysShutTheDoorAtOnce() {
        apply(RunningSluice.EPHEMERAL + PROVIDERS + """
            auth:
              pepper: a-pepper-that-is-long-enough-for-anybody-0123456789
              keys: [{ id: ci, hash: "hmac-sha256:00112233445566778899aabbccddeeff:%s" }]
            """.formatted("0".repeat(64)));

        assertThat(ask("one/echo", "Hi").statusCode()).isEqualTo(401);

        apply(RunningSluice.EPHEMERAL + PROVIDERS);

        assertThat(ask("one/echo", "Hi").statusCode()).isEqualTo(200);
    }

    @Test
    void theLogsLevelFormatAndAccessLines() {
        ask("one/echo", "Hi");
        await().untilAsserted(() -> assertThat(sluice.accessLines()).hasSize(1));

        apply(RunningSluice.EPHEMERAL + PROVIDERS + "log: { level: error, access: false }\n");
        assertThat(LoggerFactory.getLogger("dev.sluice.any").isWarnEnabled()).isFalse();
        ask("one/echo", "Hi");

        apply(RunningSluice.EPHEMERAL + PROVIDERS + "log: { level: debug, format: text }\n");
        assertThat(LoggerFactory.getLogger("dev.sluice.any").isDebugEnabled()).isTrue();
        ask("one/echo", "Hi");
        await().untilAsserted(() -> assertThat(sluice.accessText().lines()).hasSize(2));
        assertThat(sluice.accessText().lines().toList().get(1)).doesNotStartWith("{");
    }

    @Test
    void labelsFollowTheNames() {
        apply(RunningSluice.EPHEMERAL + """
            providers: { renamed: { type: simulator, models: [echo] } }
            models: { fresh: { targets: [{ provider: renamed, model: echo }] } }
            """);
        ask("fresh", "Hi");

        await().untilAsserted(() -> assertThat(admin.metrics())
                .contains("provider=\"renamed\"", "route=\"fresh\"")
                .doesNotContain("provider=\"one\""));
    }

    @Test
    void theDrain() throws IOException {
        apply("server: { port: 0, admin: { port: 0 }, drain: 100ms }\n"
                + "providers: { one: { type: simulator, models: [lorem], first_token: 0ms, token_gap: 50ms,"
                + " tokens: 400 } }\n");
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.post(
                    "/v1/chat/completions",
                    ChatClient.request("one/lorem", "Hi").put("stream", true).encode());
            await().until(() -> admin.metric("sluice_open_streams") == 1);

            // The 30 s it was at the start would let the stream run to its end, 20 s from now.
            RunningSluice.await(sluice.main().drain());

            assertThat(client.read(5_000).text()).contains("\"error\"").doesNotContain("[DONE]");
        }
    }

    @Test
    void noEditAppliesOnceItStops() {
        String before = admin.revision();
        RunningSluice.await(sluice.main().drain());

        sluice.edit(RunningSluice.EPHEMERAL + "providers: { other: { type: simulator } }\n");

        assertThat(admin.reload().getString("revision")).isEqualTo(before);
        await().during(Duration.ofMillis(1_200)).until(() -> admin.revision().equals(before));
    }

    private void apply(String yaml) {
        sluice.edit(yaml);
        assertThat(admin.reload().getJsonObject("last_refusal")).isNull();
    }

    private HttpResponse<String> ask(String model, String text) {
        return sluice.chat().chat(ChatClient.request(model, text));
    }

    private List<String> warnings() {
        return log.lines().stream()
                .filter(line -> line.contains("takes effect"))
                .toList();
    }
}
