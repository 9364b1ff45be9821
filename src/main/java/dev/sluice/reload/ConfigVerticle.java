package dev.sluice.reload;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * Watches the YAML file and the secret files it names. vertx-config reads the YAML by path again and again, so that an
 * edit in place, a rename over it and the symlink swap of a Kubernetes ConfigMap all show. What it reads only tells
 * <em>that</em> something changed: it has no line numbers, so the {@link Reloader} reads the text itself.
 *
 * <p>Stamps of the files show what vertx-config cannot: a rotated secret, a changed comment, and a file that is broken
 * or gone and then comes back as it was.
 */
public final class ConfigVerticle extends VerticleBase {

    /**
     * An edit is loaded at the second poll that sees it, and is active within two seconds: polling takes half of that.
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
        retriever.setBeforeScanHandler(scan -> look());
        retriever.listen(change -> edits.changed());
        // Not even YAML, or gone: the reloader finds out where, and says it once.
        retriever.configStream().exceptionHandler(unreadable -> edits.changed());
        return retriever.getConfig().otherwiseEmpty();
    }

    @Override
    public Future<?> stop() {
        return retriever.close();
    }

    private void look() {
        vertx.executeBlocking(() -> FileStamps.of(reloader.files())).onSuccess(now -> {
            if (edits.complete(now)) {
                reloader.reload();
            }
        });
    }
}
