package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever one caller's requests are refused for, the provider keeps serving the other callers. */
class OneCallerCannotTakeAProviderAwayTest {

    private static final String KEY = "sk-provider-key-1234";

    /** The response to any request that has the word "attack" in it. */
    private volatile Refusal refusal;

    private volatile int modelListStatus = 200;
    private volatile String modelListBody = "{\"data\":[{\"id\":\"good\"}]}";
    private final List<String> modelListCalls = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private RunningSluice sluice;

    private record Refusal(int status, String body) {}

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        HttpServer upstream = RunningSluice.await(
                vertx.createHttpServer().requestHandler(this::respond).listen(0, "127.0.0.1"));
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "http://127.0.0.1:%d/v1"
                api_keys: [{ key: %s }]
                breaker: { min_calls: 5 }
            models:
              smart: { targets: [{ provider: up, model: limited }], fallbacks: [up/good] }
            """.formatted(upstream.actualPort(), KEY));
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    private void respond(HttpServerRequest request) {
        request.response().putHeader("content-type", "application/json");
        if (request.path().equals("/v1/models")) {
            modelListCalls.add(request.getHeader("authorization"));
            request.response().setStatusCode(modelListStatus).end(modelListBody);
            return;
        }
        request.body().onSuccess(body -> {
            String text = body.toString() + request.path();
            if (text.contains("limited")) {
                request.response()
                        .setStatusCode(429)
                        .putHeader("retry-after", "30")
                        .end("{\"error\":{\"message\":\"Rate limit reached for 'swordfish'\",\"type\":\"requests\","
                                + "\"param\":null,\"code\":\"rate_limit_exceeded\"}}");
            } else if (text.contains("attack")) {
                request.response().setStatusCode(refusal.status).end(refusal.body);
            } else if (text.contains("moved")) {
                request.response()
                        .setStatusCode(307)
                        .putHeader("location", "http://elsewhere.test/v1/moved")
                        .end();
            } else if (text.contains("broken")) {
                request.response().setStatusCode(500).end("{\"error\":{\"message\":\"Oops\"}}");
            } else {
                request.response().end("{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"hi\"}}]}");
            }
        });
    }

    static Stream<Arguments> quotedWords() {
        Stream<String> words = Stream.of(
                "invalid api key",
                "incorrect api key provided",
                "api key not valid",
                "API key expired",
                "your credit balance is too low",
                "insufficient balance",
                "spending limit",
                "rate_limit_exceeded",
                "insufficient_quota");
        return words.flatMap(word -> Stream.of(
                Arguments.of(
                        400,
                        "{\"error\":{\"message\":\"Invalid value: '" + word + "'. Supported values are: 'system' and"
                                + " 'user'.\",\"type\":\"invalid_request_error\",\"param\":\"messages[0].role\","
                                + "\"code\":\"invalid_value\"}}"),
                Arguments.of(
                        400,
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"messages.0:"
                                + " Input tag '" + word + "' found using 'type' does not match any of the expected"
                                + " tags\"}}"),
                Arguments.of(
                        400,
                        "{\"error\":{\"code\":400,\"message\":\"Invalid value at 'contents[0].role' (TYPE_ENUM), \\\""
                                + word + "\\\"\",\"status\":\"INVALID_ARGUMENT\"}}"),
                Arguments.of(
                        422,
                        "{\"detail\":[{\"type\":\"literal_error\",\"loc\":[\"body\",\"role\"],\"msg\":\"Input should be"
                                + " 'user'\",\"input\":\"" + word + "\"}]}"),
                Arguments.of(
                        400,
                        "{\"object\":\"error\",\"message\":\"1 validation error: role: " + word
                                + " [type=literal_error, input_value=" + word + "]\",\"type\":\"BadRequestError\","
                                + "\"param\":null,\"code\":400}"),
                Arguments.of(
                        400,
                        "{\"error\":{\"message\":\"" + word + " is not a valid model ID\",\"code\":400},"
                                + "\"user_id\":\"u\"}"),
                Arguments.of(403, "{\"error\":{\"message\":\"The model `" + word + "` is not for you\"}}")));
    }

    @ParameterizedTest
    @MethodSource("quotedWords")
    void wordsOfAClientThatTheProviderRepeatsCoolNoKeyDown(int status, String body) {
        refusal = new Refusal(status, body);

        for (int i = 0; i < 3; i++) {
            assertThat(chat("attack").statusCode()).isNotEqualTo(200);
            assertVictimIsServed();
        }

        assertThat(provider().getInteger("cooling_keys")).isZero();
    }

    @Test
    void aMissingScopeFailsItsRequestOnly() {
        refusal = new Refusal(
                401,
                "{\"error\":{\"message\":\"You have insufficient permissions for this operation. Missing scopes:"
                    + " api.model.images.request.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");

        for (int i = 0; i < 10; i++) {
            assertThat(chat("attack").body()).contains("Missing scopes: api.model.images.request");
            assertThat(get("/passthrough/up/attack").statusCode()).isEqualTo(401);
            assertThat(get("/v1/files/attack").statusCode()).isNotEqualTo(200);
            assertVictimIsServed();
        }

        assertThat(provider().getInteger("cooling_keys")).isZero();
    }

    @Test
    void relayedRequestsCoolNoKeyDown() {
        for (Refusal each : List.of(
                new Refusal(401, "{\"error\":{\"message\":\"An admin key is needed\",\"code\":\"invalid_api_key\"}}"),
                new Refusal(402, "{\"error\":{\"message\":\"Pay for this\"}}"),
                new Refusal(403, "{\"error\":{\"message\":\"Incorrect API key provided\"}}"),
                new Refusal(429, "{\"error\":{\"message\":\"Slow down. Please try again in 5m.\"}}"))) {
            refusal = each;
            get("/passthrough/up/attack");
            get("/v1/files/attack");
            get("/v1/batches/attack");
            assertVictimIsServed();
        }

        assertThat(provider().getInteger("cooling_keys")).isZero();
    }

    @Test
    void aThrottledModelLeavesTheOthersOfItsProvider() {
        HttpResponse<String> throttled = chatWith("up/limited", "hello");
        assertThat(throttled.statusCode()).isEqualTo(429);

        assertThat(sluice.chat().chat(ChatClient.request("smart", "hello")).statusCode())
                .isEqualTo(200);
        assertVictimIsServed();

        JsonObject cooldown = provider().getJsonArray("cooldowns").getJsonObject(0);
        assertThat(cooldown.getString("model")).isEqualTo("limited");
        assertThat(cooldown.getInteger("key")).isEqualTo(1);
        assertThat(cooldown.getString("code")).isEqualTo("rate_limit_exceeded");
        assertThat(cooldown.getLong("retry_after_ms")).isBetween(20_000L, 30_000L);
        assertThat(metrics())
                .contains("sluice_provider_cooling_keys{provider=\"up\"} 0.0")
                .contains("sluice_provider_cooling_models{provider=\"up\"} 1.0");
    }

    @Test
    void theMessageOfACoolingKeyRepeatsNothingOfOtherCallers() {
        assertThat(chatWith("up/limited", "hello").body()).contains("swordfish");

        HttpResponse<String> refused = chatWith("up/limited", "hello");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).doesNotContain("swordfish").contains("rate_limit_exceeded", "model limited");
        assertThat(new ChatClient(sluice.adminUrl()).get("/admin/v1/providers").body())
                .doesNotContain("swordfish");
    }

    @Test
    void statusesOfPassthroughDoNotOpenTheBreaker() {
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> moved = get("/passthrough/up/moved");
            assertThat(moved.statusCode()).isEqualTo(307);
            assertThat(moved.headers().firstValue("location")).contains("http://elsewhere.test/v1/moved");
            assertThat(get("/passthrough/up/broken").statusCode()).isEqualTo(500);
            get("/v1/files/broken");
        }

        assertVictimIsServed();
        assertThat(provider().getString("breaker")).isEqualTo("closed");
    }

    @Test
    void aKeyThatIsRejectedOnceIsCheckedBeforeItCoolsDown() {
        refusal = new Refusal(401, "{\"error\":{\"message\":\"No\",\"code\":\"invalid_api_key\"}}");

        for (int i = 0; i < 20; i++) {
            assertThat(chat("attack").statusCode()).isEqualTo(502);
        }

        await().until(() -> !modelListCalls.isEmpty());
        assertVictimIsServed();
        assertThat(modelListCalls).containsExactly("Bearer " + KEY);
        assertThat(provider().getInteger("cooling_keys")).isZero();
    }

    @Test
    void aWrongKeyCoolsDownAndTheProvidersWordsSayWhy() {
        modelListStatus = 401;
        modelListBody = "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + ". Get one at example.test.\","
                + "\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}";
        refusal = new Refusal(401, modelListBody);

        try (CapturedLog log = CapturedLog.open()) {
            HttpResponse<String> refused = chat("attack");
            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(refused.body()).contains("Incorrect API key provided: *** Get one at example.test.", "401");
            await().until(() -> provider().getInteger("cooling_keys") == 1);

            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("WARN API key 1 of provider up")
                            && line.contains("Incorrect API key provided: ***"))
                    .noneMatch(line -> line.contains(KEY));
        }
        JsonObject cooldown = provider().getJsonArray("cooldowns").getJsonObject(0);
        assertThat(cooldown.getString("model")).isNull();
        assertThat(cooldown.getString("detail")).contains("Incorrect API key provided: ***");
        HttpResponse<String> cooling = chatWith("up/good", "hello");
        assertThat(cooling.statusCode()).isEqualTo(502);
        assertThat(cooling.headers().firstValue("retry-after")).isPresent();
        assertThat(cooling.body()).contains("provider_auth_failed").doesNotContain("Incorrect");
    }

    private void assertVictimIsServed() {
        HttpResponse<String> served = chatWith("up/good", "hello");
        assertThat(served.statusCode()).as(served.body()).isEqualTo(200);
    }

    private HttpResponse<String> chat(String content) {
        return chatWith("up/good", content);
    }

    private HttpResponse<String> chatWith(String model, String content) {
        return sluice.chat().chat(ChatClient.request(model, content), "x-sluice-timeout", "2s");
    }

    private HttpResponse<String> get(String path) {
        return new ChatClient("http://127.0.0.1:" + sluice.port()).get(path, "x-sluice-timeout", "2s");
    }

    private JsonObject provider() {
        return new JsonObject(new ChatClient(sluice.adminUrl())
                        .get("/admin/v1/providers")
                        .body())
                .getJsonArray("providers").stream()
                        .map(JsonObject.class::cast)
                        .filter(each -> each.getString("name").equals("up"))
                        .findFirst()
                        .orElseThrow();
    }

    private String metrics() {
        return new ChatClient(sluice.adminUrl()).get("/metrics").body();
    }
}
