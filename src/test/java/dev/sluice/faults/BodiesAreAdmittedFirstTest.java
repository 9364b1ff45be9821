package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits on requests, concurrency and uploads refuse a request before its body is received. */
class BodiesAreAdmittedFirstTest {

    private static final VirtualKeys KEYS = new VirtualKeys()
            .with("once", "limits: { rpm: 1 }")
            .with("alone", "limits: { concurrency: 1 }")
            .with("thrice", "limits: { rpm: 3 }")
            .with("greedy", "endpoints: [passthrough]")
            .with("modest", "endpoints: [passthrough]");

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start("""
            server:
              port: 0
              admin: { port: 0 }
              max_uploads: 8
              timeouts: { body: 5s, upload: 1500ms }
            providers:
              up: { type: openai_compatible, base_url: "%s" }
            %s
            """.formatted(simulator.baseUrl(), KEYS.yaml()), Map.of(), 2);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    private static int chat(String key, String body) {
        return sluice.chat()
                .post("/chat/completions", body, "authorization", KEYS.bearer(key))
                .statusCode();
    }

    private static int chat(String key) {
        return chat(key, ChatClient.request("up/echo", "hello").encode());
    }

    /** Announces a body and sends only its beginning. */
    private static RawClient begin(String key, String path, String type, int announced) throws IOException {
        return RawClient.connect(sluice.port())
                .send("POST " + path + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: " + type + "\r\nauthorization: "
                        + KEYS.bearer(key) + "\r\ncontent-length: " + announced + "\r\n\r\n ");
    }

    private static RawClient beginChat(String key) throws IOException {
        return begin(key, "/v1/chat/completions", "application/json", 15_000_000);
    }

    private static RawClient beginUpload(String key) throws IOException {
        return begin(key, "/passthrough/up/files", "multipart/form-data; boundary=x", 1_000_000);
    }

    @Test
    void aRequestAboveTheRequestLimitIsRefusedBeforeItsBody() throws IOException {
        assertThat(chat("once")).isEqualTo(200);

        try (RawClient second = beginChat("once")) {
            assertThat(second.readResponse(3_000))
                    .startsWith("HTTP/1.1 429 ")
                    .contains("rate_limit_exceeded")
                    .contains("\r\nretry-after: ")
                    .contains("\r\nx-ratelimit-remaining-requests: 0\r\n");
        }
    }

    @Test
    void aRequestAboveTheConcurrencyLimitIsRefusedBeforeItsBody() throws IOException {
        try (RawClient first = beginChat("alone")) {
            await().until(() -> concurrency("alone") == 1);
            try (RawClient second = beginChat("alone")) {
                assertThat(second.readResponse(3_000))
                        .startsWith("HTTP/1.1 429 ")
                        .contains("concurrency_limit_exceeded");
            }
            first.send(" ");
        }
        await().until(() -> concurrency("alone") == 0);
        for (int i = 0; i < 20; i++) {
            assertThat(chat("alone", "{")).isEqualTo(400);
            assertThat(chat("alone")).isEqualTo(200);
        }
        assertThat(concurrency("alone")).isZero();
    }

    @Test
    void whatIsRefusedForItsBodyDoesNotCount() {
        for (int i = 0; i < 5; i++) {
            assertThat(chat("thrice", "{")).isEqualTo(400);
            assertThat(chat("thrice", ChatClient.request("unknown", "hello").encode()))
                    .isEqualTo(404);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(chat("thrice")).isEqualTo(200);
        }
        assertThat(chat("thrice")).isEqualTo(429);
        assertThat(sluice.main().memory().used()).isZero();
    }

    @Test
    void uploadsAreLimitedInNumberAndInTime() throws IOException {
        List<RawClient> uploads = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                uploads.add(beginUpload("greedy"));
            }
            await().until(() -> sluice.main().uploads().files().used() == 4);
            try (RawClient fifth = beginUpload("greedy")) {
                String refused = fifth.readResponse(3_000);
                assertThat(refused).startsWith("HTTP/1.1 503 ").contains("\r\nretry-after: 5\r\n");
                assertThat(new JsonObject(refused.substring(refused.indexOf("\r\n\r\n") + 4))
                                .getJsonObject("error")
                                .getString("code"))
                        .isEqualTo("uploads_full");
            }
            try (RawClient other = beginUpload("modest")) {
                await().until(() -> sluice.main().uploads().files().used() == 5);
                // Data keeps flowing; the time for the whole upload ends it all the same.
                assertThat(drip(other)).startsWith("HTTP/1.1 408 ").contains("server.timeouts.upload");
            }
        } finally {
            for (RawClient each : uploads) {
                each.close();
            }
        }
        await().untilAsserted(() -> {
            assertThat(sluice.main().uploads().files().used()).isZero();
            assertThat(sluice.main().uploads().bytes().used()).isZero();
        });
    }

    private static String drip(RawClient client) throws IOException {
        String text = "";
        for (int i = 0; i < 60 && text.isEmpty(); i++) {
            client.send("x");
            text = client.read(100, "}").text();
        }
        return text;
    }

    private static int concurrency(String key) {
        return sluice.main().tenancy().quota().concurrency(QuotaScope.KEY, key);
    }
}
