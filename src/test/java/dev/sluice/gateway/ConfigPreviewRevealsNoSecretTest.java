package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration preview in the admin API is checked like the file, changes nothing, and reveals no secret. */
class ConfigPreviewRevealsNoSecretTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String CANARY = "canary9f3bSecretOfTheMachine";
    private static final String SERVES = RunningSluice.EPHEMERAL + """
        providers:
          sluice: { type: simulator, models: [echo] }
          other: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1", api_keys: [{ key: "${CANARY}" }] }
        models:
          fast: { targets: [{ provider: sluice, model: echo }] }
          slow: { targets: [{ provider: sluice, model: echo }] }
        """;

    @TempDir
    private Path folder;

    private RunningSluice sluice;

    @BeforeEach
    void start() {
        sluice = RunningSluice.start(SERVES, Map.of("CANARY", CANARY), 1);
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void previewsReportChangesWithoutApplyingThem() {
        String revision = AdminClient.of(sluice).revision();

        JsonObject proposal = check("""
            server: { port: 9999, admin: { port: 0 } }
            providers:
              sluice: { type: simulator, models: [echo, lorem] }
              more: { type: simulator, models: [echo] }
            models:
              fast: { targets: [{ provider: sluice, model: echo }] }
              new: { targets: [{ provider: more, model: echo }] }
            store: { enabled: false }
            """);

        assertThat(proposal.getBoolean("valid")).isTrue();
        assertThat(proposal.getJsonObject("providers"))
                .isEqualTo(difference(List.of("more"), List.of("sluice"), List.of("other")));
        assertThat(proposal.getJsonObject("routes")).isEqualTo(difference(List.of("new"), List.of(), List.of("slow")));
        assertThat(proposal.getJsonArray("restart_required")).containsExactly("server.port");
        assertThat(AdminClient.of(sluice).revision()).isEqualTo(revision);
    }

    @Test
    void problemsAreReportedWithTheirPosition() {
        JsonObject problem = check("providers:\n  sluice: { type: simulater }\n")
                .getJsonArray("problems")
                .getJsonObject(0);

        assertThat(problem.getInteger("line")).isEqualTo(2);
        assertThat(problem.getInteger("column")).isEqualTo(19);
        assertThat(problem.getString("path")).isEqualTo("providers.sluice.type");
        assertThat(problem.getString("message")).contains("simulator");
    }

    /** A guess that is right and one that is wrong look alike, and so do a file that is there and one that is not. */
    @Test
    void noGuessIsConfirmed() throws IOException {
        Path there = Files.writeString(folder.resolve("secret"), CANARY);
        String right = SERVES.replace("${CANARY}", CANARY);
        String wrong = SERVES.replace("${CANARY}", "not-" + CANARY.substring(1));

        assertThat(check(right)).isEqualTo(check(wrong)).isEqualTo(check(SERVES));
        assertThat(check(SERVES.replace("${CANARY}", "file:" + there)))
                .isEqualTo(check(SERVES.replace("${CANARY}", "file:" + folder.resolve("nothing"))))
                .isEqualTo(check(SERVES.replace("${CANARY}", "file:/dev/zero")));
        assertThat(check(SERVES + "price_map: { file: \"" + there + "\", format: litellm }\n"))
                .isEqualTo(check(SERVES + "price_map: { file: /dev/zero, format: litellm }\n"));
    }

    @Test
    void nothingThatWasResolvedIsShown() {
        for (String yaml : List.of(
                "server: { host: \"${CANARY}\" }",
                "server: { port: \"${CANARY}\" }",
                "providers: { a: { type: \"${CANARY}\" } }",
                "providers: { a: { type: openai_compatible, base_url: \"${CANARY}\" } }",
                "providers: { a: { type: openai_compatible, base_url: \"http://x/${CANARY}?\" } }",
                "models: { a: { strategy: \"${CANARY}\", targets: [{ provider: \"${CANARY}\", model: \"${CANARY}\" }]"
                        + " } }",
                "models: { a: { targets: [{ provider: sluice, model: echo }], fallbacks: [\"${CANARY}\"] } }",
                "auth: { keys: [{ id: \"${CANARY}\", hash: \"${CANARY}\", tier: \"${CANARY}\" }] }",
                "auth: { jwt: { issuer: \"${CANARY}\", audience: \"${CANARY}\", algorithms: [\"${CANARY}\"] } }",
                "store: { url: \"${CANARY}\" }",
                "price_map: { file: \"${CANARY}\", format: \"${CANARY}\" }",
                "log: { level: \"${CANARY}\" }",
                "${CANARY}: 1",
                "providers: { \"${CANARY}\": { type: simulator } }")) {
            assertThat(check(yaml).encode()).as(yaml).doesNotContain(CANARY, CANARY.toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void aNonsenseOrEmptyTextIsAProblemAndNoFailure() {
        assertThat(check("").getBoolean("valid")).isFalse();
        assertThat(check("a: [").getBoolean("valid")).isFalse();
        assertThat(post("{}", "application/json").statusCode()).isEqualTo(415);
    }

    private JsonObject check(String yaml) {
        HttpResponse<String> response = post(yaml, "application/yaml");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private HttpResponse<String> post(String text, String type) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(sluice.adminUrl() + "/admin/v1/config/check"))
                .header("content-type", type)
                .POST(HttpRequest.BodyPublishers.ofString(text))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static JsonObject difference(List<String> added, List<String> changed, List<String> removed) {
        return new JsonObject()
                .put("added", new JsonArray(added))
                .put("changed", new JsonArray(changed))
                .put("removed", new JsonArray(removed));
    }

    /** Every edit leaves its turn. */
    @Test
    void historyListsAcceptedAndRejectedEdits() {
        sluice.edit("providers: [");
        AdminClient.of(sluice).reload();
        sluice.edit(SERVES.replace("slow", "slower"));
        AdminClient.of(sluice).reload();

        JsonArray history = new JsonObject(new ChatClient(sluice.adminUrl())
                        .get("/admin/v1/config/history")
                        .body())
                .getJsonArray("history");

        assertThat(history.stream().map(turn -> ((JsonObject) turn).getBoolean("accepted")))
                .containsExactly(true, false, true);
        assertThat(history.getJsonObject(1).getJsonArray("problems")).isNotEmpty();
    }
}
