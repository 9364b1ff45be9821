package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.sluice.store.RunningPostgres;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A key with a tier and a budget, end to end: created, used until it is refused, its usage read, rotated and revoked,
 * through the API and with OpenAI's SDK.
 */
class KeyWithBudgetEndToEndTest {

    private static final String YAML = RunningSluice.EPHEMERAL + """
        providers:
          sluice: { type: simulator, models: [echo] }
        model_info:
          sluice/echo: { input: 1000, output: 1000 }
        tiers:
          free: { limits: { rpm: 600 }, priority: 3 }
        """;

    @TempDir
    private Path folder;

    private final List<String> secrets = new ArrayList<>();

    @Test
    void onSqliteWithoutAnySetup() throws IOException {
        Path pepper = folder.resolve("pepper");
        requireLifeOfAKey(YAML + "store: { url: \"sqlite:" + folder.resolve("sluice.db") + "\" }\n", Map.of());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pepper)))
                .isEqualTo("rw-------");
    }

    @Test
    void onPostgresWithAPepper() {
        secrets.add("pepper-of-the-environment");
        requireLifeOfAKey(
                YAML + "auth: { pepper: \"${SLUICE_PEPPER}\" }\nstore: { url: \""
                        + RunningPostgres.shared().newDatabase() + "\", journal: \"" + folder.resolve("journal")
                        + "\" }\n",
                Map.of("SLUICE_PEPPER", "pepper-of-the-environment"));
    }

    @Test
    void onPostgresWithoutAPepperTheErrorNamesTheFix() {
        String yaml = YAML + "store: { url: \"" + RunningPostgres.shared().newDatabase() + "\", journal: \""
                + folder.resolve("journal") + "\" }\n";
        try (RunningSluice sluice = RunningSluice.start(yaml)) {
            JsonObject error = ObservedState.error(
                    admin(sluice).post("/keys", "{\"name\":\"mine\"}").body());

            assertThat(error.getString("code")).isEqualTo("no_pepper");
            assertThat(error.getString("message")).contains("SLUICE_PEPPER", "openssl rand -hex 32");
        }
    }

    private void requireLifeOfAKey(String yaml, Map<String, String> environment) {
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = RunningSluice.start(yaml, environment, 2)) {
            JsonObject key = made(admin(sluice).post("/keys", """
                {"name":"newcomer","tier":"free","team":"web","budget":{"usd":0.25,"period":"day"}}\
                """));
            String token = key.getString("token");
            int good = spend(sluice, token);

            requireUsage(sluice, key.getString("id"), good);
            requireRotationAndRevocation(sluice, key.getString("id"), token);
            requireNoSecrets(sluice, log);
            requireReadableParameters(sluice);
        }
    }

    /** Sends requests until the budget is exhausted. Returns the number of successful ones. */
    private int spend(RunningSluice sluice, String token) {
        OpenAIClient client = OpenAiClientTest.client(sluice, token, 2);
        ChatCompletionCreateParams ask = ChatCompletionCreateParams.builder()
                .model("sluice/echo")
                .addUserMessage("Hello")
                .maxCompletionTokens(8)
                .build();
        int good = 0;
        RateLimitException refused = null;
        while (refused == null) {
            assertThat(good).as("requests within a budget of 250 tokens").isLessThan(100);
            refused = catchThrowableOfType(
                    RateLimitException.class, () -> client.chat().completions().create(ask));
            good += refused == null ? 1 : 0;
        }
        assertThat(good).as("requests, more than one page of rows").isGreaterThan(1);
        assertThat(refused.code()).contains("budget_exceeded");
        assertThat(refused.type()).contains("insufficient_quota");
        assertThat(refused.headers().values("x-should-retry")).containsExactly("false");
        client.close();
        return good;
    }

    /** The same on every store: PostgreSQL has no text with a NUL. */
    private static void requireReadableParameters(RunningSluice sluice) {
        for (String target : List.of(
                "/usage/rows?request_id=a%00b", "/usage?model=%00", "/keys?team=%00", "/keys/a%00b", "/teams/a%00b")) {
            HttpResponse<String> response = admin(sluice).get(target);
            assertThat(response.statusCode()).as(target).isEqualTo(400);
            assertThat(ObservedState.error(response.body()).getString("code")).isEqualTo("bad_path");
        }
        requireInvalid("name", admin(sluice).post("/keys", "{\"name\":\"a\\u0000b\"}"));
        requireInvalid("models", admin(sluice).post("/keys", "{\"models\":[\"a\\u0000b\"]}"));
        requireInvalid("metadata", admin(sluice).post("/keys", "{\"metadata\":{\"a\":\"\\u0000\"}}"));
        for (String list : List.of("/audit", "/keys", "/teams", "/budgets", "/usage", "/usage/rows")) {
            requireInvalid("cursor", admin(sluice).get(list + "?cursor=-zzz-"));
        }
        requireInvalid("cursor", admin(sluice).get("/audit?cursor=zzz"));
    }

    private static void requireInvalid(String parameter, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(parameter + " " + response.body()).isEqualTo(400);
        JsonObject error = ObservedState.error(response.body());
        assertThat(error.getString("param")).isEqualTo(parameter);
        assertThat(error.getString("code")).isEqualTo("invalid_value");
        assertThat(error.getString("message")).startsWith(parameter + ": ").contains("(expected: ");
    }

    private static void requireUsage(RunningSluice sluice, String id, int good) {
        await().untilAsserted(() -> {
            JsonArray sums = new JsonObject(admin(sluice)
                            .get("/usage?group_by=key,day&key=" + id)
                            .body())
                    .getJsonArray("usage");
            assertThat(sums).hasSize(1);
            JsonObject sum = sums.getJsonObject(0);
            assertThat(sum.getString("key")).isEqualTo(id);
            assertThat(sum.getInteger("requests")).isEqualTo(good);
            // One word each way, 0.001 USD each.
            assertThat(sum.getInteger("prompt_tokens")).isEqualTo(good);
            assertThat(sum.getInteger("completion_tokens")).isEqualTo(good);
            assertThat(sum.getDouble("cost_usd")).isEqualTo(2 * good / 1000.0);
        });
        JsonObject budget = new JsonObject(admin(sluice).get("/budgets").body())
                .getJsonArray("budgets")
                .getJsonObject(0);
        assertThat(budget.getString("name")).isEqualTo(id);
        assertThat(budget.getDouble("spent_usd")).isEqualTo(2 * good / 1000.0).isLessThanOrEqualTo(0.25);
        assertThat(budget.getDouble("reserved_usd")).isZero();
        String csv = admin(sluice).get("/usage/rows?format=csv&limit=1").body();
        assertThat(csv.lines()).hasSize(2);
        JsonObject first =
                new JsonObject(admin(sluice).get("/usage/rows?limit=1").body());
        JsonObject second = new JsonObject(admin(sluice)
                .get("/usage/rows?limit=1&cursor=" + first.getString("next"))
                .body());
        assertThat(second.getJsonArray("rows").getJsonObject(0).getString("request_id"))
                .isNotEqualTo(first.getJsonArray("rows").getJsonObject(0).getString("request_id"));
    }

    /**
     * After a rotation with a grace period both tokens are valid. After revocation both are rejected within a second.
     */
    private void requireRotationAndRevocation(RunningSluice sluice, String id, String token) {
        admin(sluice).patch("/keys/" + id, "{\"budget\":null}");
        String rotated = made(admin(sluice).post("/keys/" + id + "/rotate", "{\"grace\":\"1h\"}"))
                .getString("token");
        await().until(() -> status(sluice, rotated) == 200);
        assertThat(status(sluice, token)).isEqualTo(200);

        assertThat(admin(sluice).post("/keys/" + id + "/revoke", "{}").statusCode())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(1)).until(() -> status(sluice, rotated) == 401);
        await().atMost(Duration.ofSeconds(1)).until(() -> status(sluice, token) == 401);
    }

    private void requireNoSecrets(RunningSluice sluice, CapturedLog log) {
        JsonArray audit = new JsonObject(admin(sluice).get("/audit").body()).getJsonArray("entries");
        assertThat(audit.stream().map(entry -> ((JsonObject) entry).getString("action")))
                .containsExactly("key.revoke", "key.rotate", "key.change", "key.create");
        String told = String.join("\n", log.lines())
                + sluice.accessText()
                + audit.encode()
                + admin(sluice).get("/keys").body()
                + admin(sluice).get("/config?effective").body()
                + admin(sluice).get("/health").body();
        pepper().ifPresent(secrets::add);
        assertThat(secrets)
                .as("the pepper, and two tokens with the secret part of each")
                .hasSize(5);
        secrets.forEach(secret -> assertThat(told).doesNotContain(secret));
        assertThat(told).doesNotContain("hmac-sha256").contains("newcomer");
    }

    private Optional<String> pepper() {
        try {
            Path file = folder.resolve("pepper");
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private JsonObject made(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isIn(200, 201);
        JsonObject key = new JsonObject(response.body());
        String token = key.getString("token");
        secrets.add(token);
        secrets.add(token.substring(token.lastIndexOf('-') + 1));
        return key;
    }

    private static int status(RunningSluice sluice, String token) {
        return sluice.chat()
                .chat(ChatClient.request("sluice/echo", "hi"), "authorization", "Bearer " + token)
                .statusCode();
    }

    private static ChatClient admin(RunningSluice sluice) {
        return new ChatClient(sluice.adminUrl() + "/admin/v1");
    }
}
