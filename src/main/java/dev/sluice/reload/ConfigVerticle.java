package dev.sluice.reload;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * Watches the YAML file. vertx-config reads it by path again and again, so that an edit in place, a rename over it and the symlink
 * swap of a Kubernetes ConfigMap all show. What it reads only tells <em>that</em> something changed: it has no line numbers, so the
 * {@link Reloader} reads the text itself.
 */
public final class ConfigVerticle extends VerticleBase {

    /** An edit serves within two seconds; this leaves time for the rest. */
    private static final long SCAN_MILLIS = 500;

    private final Path file;
    private final Reloader reloader;
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
        retriever.listen(change -> reloader.reload());
        // Not even YAML, or gone: the reloader finds out where, and says it once.
        retriever.configStream().exceptionHandler(unreadable -> reloader.reload());
        return retriever.getConfig().otherwiseEmpty();
    }

    @Override
    public Future<?> stop() {
        return retriever.close();
    }
}
