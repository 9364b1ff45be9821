package dev.sluice.cli;

import dev.sluice.admin.AdminApi;
import dev.sluice.admin.TenantSources;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.auth.keys.Caller;
import dev.sluice.auth.keys.KeyService;
import dev.sluice.auth.keys.PepperFile;
import dev.sluice.auth.keys.PepperedConfig;
import dev.sluice.binding.Secret;
import dev.sluice.config.SluiceConfig;
import dev.sluice.store.AuditEntry;
import dev.sluice.store.KeysMarker;
import dev.sluice.store.Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The admin API working directly on a store, with the same rules and the same audit log. It grants every role: a user
 * who can open the store's files or database can change them anyway.
 */
final class AdminStore implements AdminCalls {

    private static final String ACTOR = "cli";
    private static final long TIMEOUT_SECONDS = 30;

    private final Vertx vertx;
    private final Store store;
    private final AdminApi api;

    private AdminStore(Vertx vertx, Store store, AdminApi api) {
        this.vertx = vertx;
        this.store = store;
        this.api = api;
    }

    /**
     * @param create whether a missing SQLite database is created, as the first start of a server does
     * @throws IOException with the reason, if the store cannot be opened
     */
    static AdminStore open(SluiceConfig config, boolean create) throws IOException {
        if (!config.store().enabled()) {
            throw new IOException("the store is disabled (expected: store.enabled: true)");
        }
        Path missing = Store.missingDatabase(config.store());
        if (missing != null && !create) {
            throw new IOException("store.url: " + missing + " does not exist (expected: the database of a server that"
                    + " has run, or keys create for a new one)");
        }
        KeysMarker marker = missing == null ? null : KeysMarker.of(config.store());
        if (marker != null && marker.lostKeys() != null) {
            throw new IOException(marker.lostKeys());
        }
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        try {
            Store store = await(Store.open(vertx, config.store(), config::lists));
            Path path = Store.pepperFile(config.store());
            Secret pepper = path == null || config.auth().pepper() != null
                    ? null
                    : PepperFile.open(path).pepper();
            PepperedConfig peppered = new PepperedConfig(() -> config, pepper);
            TenantSources tenants = new TenantSources(
                    peppered, store, null, new KeyService(peppered, InstantSource.system()), () -> "");
            return new AdminStore(vertx, store, AdminApi.ofStore(tenants));
        } catch (IOException failed) {
            vertx.close();
            throw failed;
        }
    }

    @Override
    public Reply call(String method, String path, Map<String, String> query, String body) throws IOException {
        AdminResponse response = await(api.call(
                HttpMethod.valueOf(method),
                "/admin/v1" + path,
                query,
                body == null ? null : Buffer.buffer(body),
                Caller.LOCAL,
                ACTOR));
        return new Reply(response.status(), response.body(), response.next());
    }

    void backup(Path file) throws IOException {
        await(store.backupTo(file)
                .compose(done -> store.audit()
                        .append(new AuditEntry(null, Instant.now(), ACTOR, "store.backup", file.toString(), ""))));
    }

    @Override
    public void close() {
        try {
            await(store.close().eventually(vertx::close));
        } catch (IOException notOrderly) {
            vertx.close();
        }
    }

    private static <T> T await(Future<T> future) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause().getMessage()), failed.getCause());
        } catch (TimeoutException slow) {
            throw new IOException("the store did not respond within " + TIMEOUT_SECONDS + " s", slow);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }
}
