package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admin.api.AdminRequest;
import dev.sluice.auth.keys.Caller;
import dev.sluice.auth.keys.KeyService;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.store.Store;
import dev.sluice.store.StoreRecords;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetEndpointsTest {

    @TempDir
    private Path folder;

    /** A key of the file takes precedence over a stored one of the same id, also if the file gives it no budget. */
    @Test
    void aStoredKeyThatAKeyOfTheFileHidesHasNoBudget() throws Exception {
        SluiceConfig config = ((LoadedConfig.Ok) ConfigLoader.parse(
                        """
                        providers: { sluice: { type: simulator } }
                        auth:
                          pepper: "0123456789abcdef0123456789abcdef"
                          keys: [{ id: hidden, hash: "hmac-sha256:%s:%s" }]
                        store: { url: "sqlite:%s" }
                        """.formatted("0".repeat(32), "0".repeat(64), folder.resolve("s.db")),
                        "test.yaml",
                        name -> null,
                        folder))
                .config();
        Vertx vertx = Vertx.vertx();
        Store store = StoreRecords.get(Store.open(vertx, config.store(), StoreRecords.ANY_MODEL));
        StoreRecords.get(store.keys().insert(StoreRecords.key("hidden")));
        StoreRecords.get(store.keys().insert(StoreRecords.key("stored")));
        Awaitility.await().until(() -> store.snapshot().keys().size() == 2);
        TenantSources tenants = new TenantSources(
                () -> config,
                store,
                new Quota(QuotaClock.system(), alert -> {}),
                new KeyService(() -> config, InstantSource.system()),
                () -> "");

        String body = StoreRecords.get(BudgetEndpoints.of(tenants)
                        .getFirst()
                        .handler()
                        .apply(new AdminRequest(Caller.LOCAL, Map.of(), Map.of(), null, null)))
                .body();

        assertThat(new JsonObject(body).getJsonArray("budgets"))
                .extracting(line -> ((JsonObject) line).getString("name"))
                .containsExactly("stored");
        StoreRecords.get(store.close());
        StoreRecords.get(vertx.close());
    }
}
