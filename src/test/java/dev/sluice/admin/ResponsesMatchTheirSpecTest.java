package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every response of a running gateway matches its schema in the OpenAPI document. */
class ResponsesMatchTheirSpecTest {

    private static final String BUDGET = "\"budget\":{\"usd\":5,\"period\":\"day\",\"uncounted\":\"allow\"}";

    /** Each as "GET /admin/v1/keys". */
    private final Set<String> asked = new TreeSet<>();

    private RunningSluice sluice;
    private String yaml;
    private JsonObject document;

    @BeforeEach
    void serve(@TempDir Path folder) {
        VirtualKeys file = new VirtualKeys()
                .with("of_file", "team: red, tier: free, budget: { usd: 1, period: lifetime, uncounted: allow }");
        yaml = RunningSluice.EPHEMERAL + file.yaml() + """
            providers:
              sluice: { type: simulator, models: [echo, lorem] }
              gone: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1", retry: { attempts: 1 } }
            models:
              fast:
                targets: [{ provider: sluice, model: echo }, { provider: gone, model: x }]
                fallbacks: [sluice/lorem]
                fallbacks_on: { rate_limit: [sluice/lorem] }
            teams: { red: { limits: { rpm: 1000 }, budget: { usd: 9, uncounted: allow } } }
            tiers: { free: { limits: { rpm: 1000 }, budget: { usd: 3, period: week, uncounted: allow } } }
            store: { url: "sqlite:%s" }
            """.formatted(folder.resolve("sluice.db"));
        sluice = RunningSluice.start(yaml);
        document = new JsonObject(admin().get("/admin/openapi.json").body());
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void everyEndpointMatchesItsSpec() {
        keys();
        teams();
        use();
        usage();
        providers();
        configs();
        succeed("GET", "/admin/v1/health", "");
        succeed("GET", "/admin/v1/audit", "");
        succeed("GET", "/admin/openapi.json", "");
        for (String open : AdminRoutes.PUBLIC_PATHS.keySet()) {
            succeed("GET", open, "");
        }

        assertThat(asked).as("what was asked, and all there is").isEqualTo(served());
    }

    private void keys() {
        JsonObject made = succeed(
                "POST", "/admin/v1/keys", "{\"id\":\"mine\",\"team\":\"blue\",\"tier\":\"free\"," + BUDGET + "}");
        assertThat(made.getString("token")).startsWith("sk-sluice-");
        succeed("PATCH", "/admin/v1/keys/{id}", "{\"name\":\"shop\",\"metadata\":{\"a\":\"b\"}}", "mine");
        succeed("POST", "/admin/v1/keys/{id}/rotate", "{\"grace\":\"1h\"}", "mine");
        succeed("POST", "/admin/v1/keys", "{\"expires_at\":\"2100-01-01T00:00:00Z\",\"id\":\"other\"}");
        succeed("POST", "/admin/v1/keys/{id}/revoke", "{}", "other");
        for (String id : List.of("mine", "other", "of_file")) {
            succeed("GET", "/admin/v1/keys/{id}", "", id);
        }
        assertThat(succeed("GET", "/admin/v1/keys", "").getJsonArray("keys")).hasSize(3);
        fail("GET", "/admin/v1/keys/{id}", "", 404, "nobody");
        fail("POST", "/admin/v1/keys", "{\"limits\":{\"rpm\":-1}}", 400);
        fail("PATCH", "/admin/v1/keys/{id}", "{}", 409, "of_file");
    }

    private void teams() {
        succeed("PUT", "/admin/v1/teams/{name}", "{" + BUDGET + "}", "blue");
        succeed("GET", "/admin/v1/teams/{name}", "", "blue");
        succeed("GET", "/admin/v1/teams/{name}", "", "red");
        assertThat(succeed("GET", "/admin/v1/teams", "").getJsonArray("teams")).hasSize(2);
        succeed("PUT", "/admin/v1/teams/{name}", "{}", "short-lived");
        succeed("DELETE", "/admin/v1/teams/{name}", "", "short-lived");
        succeed("GET", "/admin/v1/tiers", "");
        fail("DELETE", "/admin/v1/teams/{name}", "", 404, "nobody");
    }

    /** Sends successful and failed requests, with a key that has every field and with one that has none. */
    private void use() {
        String full =
                succeed("POST", "/admin/v1/keys/{id}/rotate", "{}", "mine").getString("token");
        String bare = succeed("POST", "/admin/v1/keys", "{\"id\":\"bare\"}").getString("token");
        for (String token : List.of(full, bare)) {
            await().untilAsserted(() -> assertThat(chat("fast", token)).isEqualTo(200));
            assertThat(chat("gone/x", token)).isGreaterThanOrEqualTo(500);
        }
        await().until(RecordedUsage.of(sluice)::written);
    }

    private int chat(String model, String token) {
        return sluice.chat()
                .chat(ChatClient.request(model, "hi"), "authorization", "Bearer " + token)
                .statusCode();
    }

    private void usage() {
        assertThat(succeed("GET", "/admin/v1/usage", "").getJsonArray("usage")).hasSize(1);
        succeed("GET", "/admin/v1/usage", "?group_by=key,team,tier,route,provider,model,day");
        succeed("GET", "/admin/v1/usage", "?group_by=hour&limit=1");
        assertThat(succeed("GET", "/admin/v1/usage/rows", "").getJsonArray("rows"))
                .hasSize(4);
        text("/admin/v1/usage", "?format=csv&limit=1&group_by=provider");
        HttpResponse<String> rows = text("/admin/v1/usage/rows", "?format=csv&limit=1");
        JsonObject next = declared("GET", "/admin/v1/usage/rows", "200").getJsonObject("headers");
        assertThat(rows.headers().map()).containsKeys(next.fieldNames().toArray(String[]::new));
        assertThat(succeed("GET", "/admin/v1/budgets", "").getJsonArray("budgets"))
                .hasSize(6);
    }

    private void providers() {
        succeed("POST", "/admin/v1/providers/{name}/check", "", "sluice");
        succeed("POST", "/admin/v1/providers/{name}/check", "", "gone");
        succeed("POST", "/admin/v1/providers/{name}/breaker", "{\"state\":\"open\"}", "gone");
        succeed("POST", "/admin/v1/providers/{name}/drain", "", "gone");
        succeed("GET", "/admin/v1/providers", "");
        succeed("GET", "/admin/v1/routes", "");
        JsonObject plan = succeed("GET", "/admin/v1/routes/{name}/plan", "", "fast");
        assertThat(plan.getJsonArray("skipped")).isNotEmpty();
        assertThat(plan.getJsonObject("fallbacks_on").fieldNames()).containsExactly("rate_limit");
        succeed("GET", "/admin/v1/routes/{name}/plan", "", "sluice%2Fecho");
        succeed("POST", "/admin/v1/providers/{name}/undrain", "", "gone");
        fail("POST", "/admin/v1/providers/{name}/drain", "", 404, "nobody");
    }

    private void configs() {
        succeed("GET", "/admin/v1/config", "");
        text("/admin/v1/config", "?effective");
        sluice.edit(yaml + "\nnonsense: 1");
        assertThat(succeed("POST", "/admin/v1/config/reload", "").getJsonObject("last_refusal"))
                .isNotNull();
        succeed("GET", "/admin/v1/config/history", "");
        assertThat(succeed("POST", "/admin/v1/config/check", "nonsense: 1").getBoolean("valid"))
                .isFalse();
        assertThat(succeed("POST", "/admin/v1/config/check", yaml.replace("gone", "there"))
                        .getJsonObject("providers")
                        .getJsonArray("added"))
                .hasSize(1);
    }

    /** @param more the body, or of a GET the query */
    private JsonObject succeed(String method, String path, String more, String... values) {
        HttpResponse<String> response = send(method, path, more, values);
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        asked.add(method + " " + path);
        return checked(declared(method, path, String.valueOf(response.statusCode())), response);
    }

    private void fail(String method, String path, String more, int status, String... values) {
        HttpResponse<String> response = send(method, path, more, values);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        checked(declared(method, path, "default"), response);
    }

    private HttpResponse<String> text(String path, String query) {
        HttpResponse<String> response = send("GET", path, query);
        assertThat(type(response)).isNotEqualTo("application/json");
        checked(declared("GET", path, "200"), response);
        return response;
    }

    /** Null for a response that is not JSON. */
    private JsonObject checked(JsonObject declared, HttpResponse<String> response) {
        JsonObject content = declared.getJsonObject("content");
        assertThat(content.fieldNames()).contains(type(response));
        boolean json = type(response).equals("application/json");
        JsonObject body = json ? new JsonObject(response.body()) : null;
        JsonObject schema = content.getJsonObject(type(response)).getJsonObject("schema");
        assertThat(SchemaViolations.of(json ? body : response.body(), schema, document))
                .as(response.body())
                .isEmpty();
        return body;
    }

    private JsonObject declared(String method, String path, String status) {
        JsonObject responses = document.getJsonObject("paths")
                .getJsonObject(path)
                .getJsonObject(method.toLowerCase(Locale.ROOT))
                .getJsonObject("responses");
        assertThat(responses.fieldNames()).as(method + " " + path).contains(status);
        return responses.getJsonObject(status);
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("content-type").orElse("").replaceFirst(";.*", "");
    }

    private HttpResponse<String> send(String method, String path, String more, String... values) {
        String filled = path;
        for (String value : values) {
            filled = filled.replaceFirst("\\{\\w+}", value);
        }
        boolean yamlBody = path.endsWith("/config/check");
        return method.equals("GET")
                ? admin().get(filled + more)
                : admin().send(
                                method,
                                filled,
                                more,
                                "content-type",
                                yamlBody ? "application/yaml" : "application/json");
    }

    private Set<String> served() {
        Set<String> all = new TreeSet<>();
        for (Map.Entry<String, Object> path : document.getJsonObject("paths")) {
            ((JsonObject) path.getValue())
                    .fieldNames()
                    .forEach(method -> all.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
        }
        return all;
    }

    private ChatClient admin() {
        return new ChatClient(sluice.adminUrl());
    }
}
