package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admin.api.AdminResponse;
import dev.sluice.auth.keys.Caller;
import dev.sluice.auth.keys.KeyService;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.store.Store;
import dev.sluice.store.StoreRecords;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class AdminWithoutStoreTest {

    @Test
    void changesAre503AndWrittenToTheLog(Vertx vertx, @TempDir Path folder) throws IOException {
        SluiceConfig config = config(folder);
        Store store = RunningSluice.await(Store.open(vertx, config.store(), StoreRecords.ANY_MODEL));
        AdminApi api = AdminApi.ofStore(new TenantSources(
                () -> config, store, null, new KeyService(() -> config, InstantSource.system()), () -> ""));
        try (CapturedLog log = CapturedLog.open()) {
            AdminResponse made = call(api, HttpMethod.POST, "/admin/v1/keys", "{\"id\":\"lost\"}");
            AdminResponse revoked = call(api, HttpMethod.POST, "/admin/v1/keys/lost/revoke", "{}");
            AdminResponse usage = call(api, HttpMethod.GET, "/admin/v1/usage", null);

            for (AdminResponse response : new AdminResponse[] {made, revoked, usage}) {
                assertThat(response.status()).isEqualTo(503);
                assertThat(new JsonObject(response.body())
                                .getJsonObject("error")
                                .getString("code"))
                        .isEqualTo("store_unavailable");
                assertThat(response.body()).doesNotContain("sk-sluice-");
            }
            assertThat(log.lines().stream().filter(line -> line.contains("audit: ")))
                    .containsExactly(
                            "INFO audit: key.create by test on : 503 store_unavailable {\"id\":\"lost\"}",
                            "INFO audit: key.revoke by test on lost: 503 store_unavailable");
        } finally {
            RunningSluice.await(store.close());
        }
    }

    private static AdminResponse call(AdminApi api, HttpMethod method, String path, String body) {
        return RunningSluice.await(
                api.call(method, path, Map.of(), body == null ? null : Buffer.buffer(body), Caller.LOCAL, "test"));
    }

    private static SluiceConfig config(Path folder) throws IOException {
        int closedPort;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = free.getLocalPort();
        }
        LoadedConfig loaded = ConfigLoader.parse(
                """
                auth: { pepper: of-the-tests }
                providers: { sluice: { type: simulator, models: [echo] } }
                store: { url: "postgresql://nobody@127.0.0.1:%d/none", journal: "%s" }
                """.formatted(closedPort, folder.resolve("journal")), "test.yaml", name -> null, folder);
        return ((LoadedConfig.Ok) loaded).config();
    }
}
