package dev.sluice.reload;

import dev.sluice.binding.BoundedFile;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The verticle that watches the YAML file and the secret files that it names. vertx-config reads the file by path
 * periodically, so it detects an edit in place, a rename over it and the symlink swap of a Kubernetes ConfigMap. Its
 * result is used only as a signal: it has no line numbers, so the {@link Reloader} reads the text itself. It reads raw
 * text, because its YAML parser takes minutes for one line of some megabytes, and only a regular file of a bounded
 * size, because reading a pipe or a device never ends.
 *
 * <p>File stamps detect what vertx-config does not: a rotated secret, and a broken or deleted file that is restored
 * unchanged.
 */
public final class ConfigVerticle extends VerticleBase {

    /**
     * An edit is loaded at the second poll that finds it and must be active within two seconds; polling takes half of
     * that.
     */
    private static final long SCAN_MILLIS = 400;

    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Path file;
    private final Reloader reloader;
    private final EditWatch edits = new EditWatch();
    private ConfigRetriever retriever;
    private long timer;
    private Future<?> polling;
    private long pollStartNanos;
    private String lastText = "";

    public ConfigVerticle(Path file, Reloader reloader) {
        this.file = file;
        this.reloader = reloader;
    }

    @Override
    public Future<?> start() {
        ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat("raw")
                .setConfig(new JsonObject()
                        .put("path", file.toAbsolutePath().toString())
                        .put("raw.key", "text"));
        retriever = ConfigRetriever.create(
                vertx,
                // Without a period of its own: each scan follows a check of the file.
                new ConfigRetrieverOptions().addStore(store).setScanPeriod(-1));
        timer = vertx.setPeriodic(SCAN_MILLIS, tick -> poll());
        return scan();
    }

    @Override
    public Future<?> stop() {
        vertx.cancelTimer(timer);
        return retriever.close();
    }

    private void poll() {
        if (polling == null || polling.isComplete()) {
            pollStartNanos = System.nanoTime();
            polling = scan();
        } else if (System.nanoTime() - pollStartNanos > SLOW_NANOS) {
            // A file system that does not respond: the reloader has a time limit and reports it.
            pollStartNanos = System.nanoTime();
            reloader.reload();
        }
    }

    private Future<?> scan() {
        return vertx.executeBlocking(() -> new Checked(FileStamps.of(reloader.files()), readable()))
                .compose(found -> text(found).map(text -> {
                    if (!text.equals(lastText)) {
                        lastText = text;
                        edits.changed();
                    }
                    if (edits.complete(found.stamps)) {
                        reloader.reload();
                    }
                    return null;
                }));
    }

    /** Empty when the file cannot be read: the reloader finds the reason and logs it once. */
    private Future<String> text(Checked found) {
        return found.readable
                ? retriever.getConfig().map(raw -> raw.getString("text", "")).otherwise("")
                : Future.succeededFuture("");
    }

    private boolean readable() {
        try {
            BoundedFile.check(file, BoundedFile.MAX_CONFIG_BYTES);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private record Checked(FileStamps stamps, boolean readable) {}
}
