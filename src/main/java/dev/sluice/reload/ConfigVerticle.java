package dev.sluice.reload;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * The verticle that watches the YAML file and the secret files that it names. vertx-config reads the YAML by path
 * periodically, so it detects an edit in place, a rename over it and the symlink swap of a Kubernetes ConfigMap. Its
 * result is used only as a signal: it has no line numbers, so the {@link Reloader} reads the text itself.
 *
 * <p>File stamps detect what vertx-config does not: a rotated secret, a changed comment, and a broken or deleted file
 * that is restored unchanged.
 */
public final class ConfigVerticle extends VerticleBase {

    /**
     * An edit is loaded at the second poll that finds it and must be active within two seconds; polling takes half of
     * that.
     */
    private static final long SCAN_MILLIS = 400;

    private final Path file;
    private final Reloader reloader;
    private final EditWatch edits = new EditWatch();
    private ConfigRetriever retriever;

    public ConfigVerticle(Path file, Reloader reloader) {
        this.file = file;
        this.reloader = reloader;
    }

    @Override
    public Future<?> start() {
        ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat("yaml")
                .setConfig(new JsonObject().put("path", file.toAbsolutePath().toString()));
        retriever = ConfigRetriever.create(
                vertx, new ConfigRetrieverOptions().addStore(store).setScanPeriod(SCAN_MILLIS));
        retriever.setBeforeScanHandler(scan -> poll());
        retriever.listen(change -> edits.changed());
        // The file is missing or not YAML: the reloader finds the position and logs it once.
        retriever.configStream().exceptionHandler(unreadable -> edits.changed());
        return retriever.getConfig().otherwiseEmpty();
    }

    @Override
    public Future<?> stop() {
        return retriever.close();
    }

    private void poll() {
        vertx.executeBlocking(() -> FileStamps.of(reloader.files())).onSuccess(now -> {
            if (edits.complete(now)) {
                reloader.reload();
            }
        });
    }
}
