package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A SQLite file that is gone, empty or without its keys looks like that of a first start, which requires no key. */
class LostDatabasesNeverOpenTheGatewayTest {

    @TempDir
    private Path folder;

    private Path database;
    private String yaml;

    @BeforeEach
    void choose() {
        database = folder.resolve("data/sluice.db");
        yaml = RunningSluice.EPHEMERAL + "store: { url: \"sqlite:" + database + "\" }\n"
                + "providers: { one: { type: simulator, models: [echo] } }\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "missing, before there was a marker", "of another gateway"})
    void theStartIsRefused(String how) throws IOException {
        createKey();
        for (String suffix : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(database.resolveSibling("sluice.db" + suffix));
        }
        if (how.equals("empty")) {
            Files.createFile(database);
        } else if (how.contains("before")) {
            Files.delete(marker());
        } else if (how.contains("another")) {
            Path other = folder.resolve("other/sluice.db");
            RunningSluice.start(yaml.replace(database.toString(), other.toString()))
                    .close();
            Files.copy(other, database);
        }

        assertThatThrownBy(() -> RunningSluice.start(yaml).close())
                .hasStackTraceContaining("there were keys")
                .hasStackTraceContaining(database.toString());
        assertThatThrownBy(() -> RunningSluice.start(yaml).close())
                .as("the refused start has created nothing that hides the loss")
                .hasStackTraceContaining("there were keys");
    }

    @Test
    void aFirstStartIsOpenAndSaysSo() {
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = RunningSluice.start(yaml)) {
            assertThat(ask(sluice).statusCode()).isEqualTo(200);
            assertThat(log.lines()).anyMatch(line -> line.contains("OPEN MODE"));
        }
    }

    @Test
    void aGatewayWithStoredKeysIsNotCalledOpen() {
        createKey();
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = RunningSluice.start(yaml)) {
            assertThat(ask(sluice).statusCode()).isEqualTo(401);
            assertThat(log.lines()).noneMatch(line -> line.contains("OPEN MODE"));
        }
    }

    @Test
    void aLossInOperationIsReportedAndChangesAreRefused() throws IOException {
        try (RunningSluice sluice = RunningSluice.start(yaml)) {
            ChatClient admin = new ChatClient(sluice.adminUrl());
            assertThat(admin.post("/admin/v1/keys", "{\"id\":\"first\"}").statusCode())
                    .isEqualTo(201);
            await().until(() -> ask(sluice).statusCode() == 401);
            Files.delete(database);

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(admin.get("/readyz?verbose").body()).contains("[!] store_unavailable"));
            HttpResponse<String> create = admin.post("/admin/v1/keys", "{\"id\":\"second\"}");
            assertThat(create.statusCode()).isEqualTo(503);
            assertThat(new JsonObject(create.body()).encode())
                    .contains("store_unavailable", "deleted, emptied or replaced");
            assertThat(ask(sluice).statusCode()).isEqualTo(401);
        }
    }

    private void createKey() {
        try (RunningSluice sluice = RunningSluice.start(yaml)) {
            assertThat(new ChatClient(sluice.adminUrl())
                            .post("/admin/v1/keys", "{\"id\":\"first\"}")
                            .statusCode())
                    .isEqualTo(201);
            await().until(() -> Files.exists(marker()));
        }
    }

    private Path marker() {
        return database.resolveSibling("sluice.db.has-keys");
    }

    private static HttpResponse<String> ask(RunningSluice sluice) {
        return sluice.chat().chat(ChatClient.request("one/echo", "Hi"));
    }
}
