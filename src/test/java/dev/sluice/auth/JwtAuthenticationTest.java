package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class JwtAuthenticationTest {

    private static final String PROVIDERS = RunningSluice.EPHEMERAL + """
        providers:
          sluice: { type: simulator, models: [echo] }
        """;

    private TestIssuer issuer;
    private String yaml;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        issuer = new TestIssuer(vertx);
        yaml = PROVIDERS + """
            auth:
              jwt: { issuer: "%s", audience: "%s", jwks: "%s/keys", algorithms: [RS256, ES256] }
            """.formatted(issuer.url(), TestIssuer.AUDIENCE, issuer.url());
    }

    @Test
    void validTokensWorkAndForgedOnesAreRefusedAndNotLogged() {
        String good = TestIssuer.rs256(issuer.claims(now()));
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = RunningSluice.start(yaml)) {
            assertThat(send(sluice, good).statusCode()).isEqualTo(200);

            for (Map.Entry<String, String> each : ForgedTokens.of(issuer, now()).entrySet()) {
                String token = each.getValue();
                if (token.length() < 8_000 && token.chars().allMatch(c -> c > ' ' && c < 127)) {
                    HttpResponse<String> response = send(sluice, token);
                    assertThat(response.statusCode()).as(each.getKey()).isEqualTo(401);
                    assertThat(response.body()).as(each.getKey()).doesNotContain(token.substring(0, 30));
                }
            }

            assertThat(send(sluice, good).statusCode()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(sluice.accessLines())
                    .filteredOn(line -> "jwt:alice".equals(line.getString("key_id")))
                    .hasSize(2));
            String signature = good.substring(good.lastIndexOf('.') + 1);
            assertThat(sluice.accessText()).doesNotContain("eyJ").doesNotContain(signature);
            assertThat(String.join("\n", log.lines())).doesNotContain("eyJ").doesNotContain(signature);
        }
    }

    /** The body arrives while the token waits for the issuer: nothing of it is lost. */
    @Test
    void aRequestWaitsForTheIssuersKeysWithItsBody() {
        issuer.response.set(request -> request.response().setStatusCode(500).end());
        String long2 = "word ".repeat(100_000);
        try (RunningSluice sluice = RunningSluice.start(yaml)) {
            assertThat(send(sluice, TestIssuer.rs256(issuer.claims(now()))).statusCode())
                    .isEqualTo(503);
            issuer.response.set(request -> request.response()
                    .putHeader("content-type", "application/json")
                    .end(issuer.set.get().toBuffer()));

            await().untilAsserted(() -> {
                HttpResponse<String> response = sluice.chat()
                        .chat(
                                ChatClient.request("sluice/echo", long2),
                                "authorization",
                                "Bearer " + TestIssuer.rs256(issuer.claims(now())));
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(new JsonObject(response.body()).encode()).contains("word word word");
            });
        }
    }

    @Test
    void aKeyMayUseItsEndpointsOnly() {
        GeneratedKey key = TestKeys.generate("ci");
        String keys = PROVIDERS + """
            auth:
              pepper: "${PEPPER}"
              keys: [{ id: ci, hash: "%s", endpoints: [messages] }]
            """.formatted(key.stanza().hash());
        try (RunningSluice sluice = RunningSluice.start(keys, Map.of("PEPPER", TestKeys.PEPPER.reveal()), 1)) {
            String bearer = "Bearer " + key.token().reveal();
            String question =
                    ChatClient.request("sluice/echo", "hi").put("max_tokens", 9).encode();

            assertThat(sluice.chat()
                            .post("/messages", question, "authorization", bearer)
                            .statusCode())
                    .isEqualTo(200);
            for (String path : List.of("/chat/completions", "/embeddings", "/files", "/batches")) {
                HttpResponse<String> response = sluice.chat().post(path, question, "authorization", bearer);
                assertThat(response.statusCode()).as(path).isEqualTo(403);
                assertThat(response.body()).as(path).contains("endpoint_not_allowed");
            }
            HttpResponse<String> through = new ChatClient(sluice.baseUrl().replace("/v1", ""))
                    .post("/passthrough/sluice/chat", question, "authorization", bearer);
            assertThat(through.body()).contains("endpoint_not_allowed");
        }
    }

    private static HttpResponse<String> send(RunningSluice sluice, String token) {
        return sluice.chat().chat(ChatClient.request("sluice/echo", "hi"), "authorization", "Bearer " + token);
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
