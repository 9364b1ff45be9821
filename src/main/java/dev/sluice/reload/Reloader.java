package dev.sluice.reload;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.ConfigHistoryEntry;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.ServerConfig.TlsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigCheck;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.observe.Logging;
import dev.sluice.observe.Metrics;
import dev.sluice.route.ActiveConfig;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reloader of the config file: loads it and makes it the active configuration. The whole file is validated first;
 * an invalid edit changes nothing and is logged as an error. One reload at a time, on the context that started;
 * callable from any thread.
 */
public final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /** Loading takes at most seconds; a file system that does not respond takes forever. */
    private static final int LOAD_SECONDS = 10;

    private final Vertx vertx;
    private final Path file;
    private final UnaryOperator<String> environment;
    private final ProviderSupervisor supervisor;
    private final Metrics metrics;
    private final RestartOnlySettings listeners;
    private ContextInternal context;
    /** Callers since the current load began: their edit may be newer than the text that it read. */
    private List<Promise<ConfigStatus>> waiting = new ArrayList<>();

    private Future<LoadedConfig> loading;
    private boolean reading;
    private boolean closed;
    private volatile ActiveConfig active;
    private volatile ConfigStatus status;
    private volatile Set<Path> files;
    private final ConfigHistory history = new ConfigHistory();

    /**
     * @param started the configuration at the start
     * @param address the addresses of the listeners: from the file, overridden by flags and environment
     */
    public Reloader(
            Vertx vertx,
            Path file,
            UnaryOperator<String> environment,
            SluiceConfig started,
            ServerConfig address,
            ProviderSupervisor supervisor,
            Metrics metrics) {
        this.vertx = vertx;
        this.file = file;
        this.files = Set.of(file);
        this.environment = environment;
        this.supervisor = supervisor;
        this.metrics = metrics;
        this.listeners = new RestartOnlySettings(started, address);
    }

    /** Starts with a config that is already loaded. */
    public Future<ActiveConfig> start(SluiceConfig config, String revision) {
        context = (ContextInternal) vertx.getOrCreateContext();
        return supervisor.prepare(config.providers(), config.catalog()).map(prepared -> {
            active = new ActiveConfig(new ConfigSnapshot(
                    config, revision, new RouteTable(config, prepared.generations(), prepared.health())));
            prepared.commit(active);
            status = new ConfigStatus(revision, Instant.now(), null, List.of());
            publish(config, revision);
            history.accepted(revision);
            return active;
        });
    }

    public ConfigStatus status() {
        return status;
    }

    /** Results of edits since the start, the newest first. */
    public List<ConfigHistoryEntry> history() {
        return history.entries();
    }

    /** Checks a text as if it were the file, without applying it. */
    public Future<ConfigCheck> propose(String text) {
        ConfigPreview proposed = new ConfigPreview(text, file, environment, listeners);
        SluiceConfig current = active.current().config();
        return vertx.executeBlocking(() -> proposed.against(current), false);
    }

    /** The files that a load depends on: the config file, and the secret files that it named when last read. */
    Set<Path> files() {
        return files;
    }

    /**
     * Reads the file again and applies it if it is valid and changed. Never fails; the status has the result. On
     * completion, the content at the time of the call has been read.
     */
    public Future<ConfigStatus> reload() {
        Promise<ConfigStatus> result = ((ContextInternal) vertx.getOrCreateContext()).promise();
        context.runOnContext(v -> {
            waiting.add(result);
            next();
        });
        return result.future();
    }

    /** Stops applying edits. Completes when no edit is being applied any more. */
    public Future<Void> close() {
        Promise<Void> idle = Promise.promise();
        context.runOnContext(v -> {
            closed = true;
            reload().onComplete(last -> idle.complete());
        });
        return idle.future();
    }

    private void next() {
        if (reading || waiting.isEmpty()) {
            return;
        }
        List<Promise<ConfigStatus>> callers = waiting;
        waiting = new ArrayList<>();
        reading = true;
        Future<?> done = closed ? Future.succeededFuture() : read();
        done.onComplete(result -> {
            reading = false;
            callers.forEach(caller -> caller.complete(status));
            next();
        });
    }

    private Future<?> read() {
        if (loading == null || loading.isComplete()) {
            loading = context.executeBlocking(() -> ConfigLoader.load(file, environment));
        } else {
            // A load that hangs keeps its thread; another one would take the next.
            return refuse(List.of(hangs()));
        }
        return loading.timeout(LOAD_SECONDS, TimeUnit.SECONDS)
                .compose(this::apply)
                .recover(failure -> {
                    boolean hangs = failure instanceof TimeoutException;
                    refuse(List.of(hangs ? hangs().toString() : file + ": " + reason(failure)), hangs ? null : failure);
                    return Future.succeededFuture();
                });
    }

    private ConfigProblem hangs() {
        return new ConfigProblem(
                file.toString(), 0, 0, ConfigPath.ROOT, "cannot be read within " + LOAD_SECONDS + " s");
    }

    private Future<?> apply(LoadedConfig loaded) {
        Set<Path> sources = new HashSet<>(loaded.secretFiles());
        sources.add(file);
        files = Set.copyOf(sources);
        return switch (loaded) {
            case LoadedConfig.Refused refused -> refuse(refused.problems());
            case LoadedConfig.Ok ok -> accept(ok);
        };
    }

    private Future<?> accept(LoadedConfig.Ok ok) {
        if (ok.revision().equals(status.revision())) {
            return unchanged();
        }
        if (listeners.exposedBy(ok.config())) {
            return refuse(List.of(new ConfigProblem(file.toString(), 0, 0, "auth.keys", listeners.exposure())));
        }
        return tlsFlaw(ok.config().server().tls()).compose(flaw -> {
            if (flaw != null) {
                return refuse(List.of(new ConfigProblem(file.toString(), 0, 0, "server.tls", flaw)));
            }
            return supervisor
                    .prepare(ok.config().providers(), ok.config().catalog())
                    .<Object>map(prepared -> swap(ok, prepared));
        });
    }

    /** Completes with null for a usable or unchanged certificate, and where none can be changed without a restart. */
    private Future<String> tlsFlaw(TlsConfig changed) {
        TlsConfig used = active.current().config().server().tls();
        return changed == null || used == null || changed.equals(used)
                ? Future.succeededFuture()
                : context.executeBlocking(() -> CertificateCheck.flaw(vertx, changed));
    }

    private ConfigStatus swap(LoadedConfig.Ok ok, ProviderSupervisor.Prepared prepared) {
        // Swapped before the old providers are retired: a request that begins in between finds all of them.
        active.swap(new ConfigSnapshot(
                ok.config(), ok.revision(), new RouteTable(ok.config(), prepared.generations(), prepared.health())));
        prepared.commit(active);
        List<String> alreadyLogged = status.restartNeeded();
        status = new ConfigStatus(ok.revision(), Instant.now(), null, listeners.restartNeeded(ok.config()));
        publish(ok.config(), ok.revision());
        history.accepted(ok.revision());
        LOG.info("config {} is active", ok.revision());
        ok.warnings().forEach(warning -> LOG.warn("config: {}", warning));
        status.restartNeeded().stream()
                .filter(key -> !alreadyLogged.contains(key))
                .forEach(key -> LOG.warn("{} changed: it takes effect at the next start", key));
        return status;
    }

    private void publish(SluiceConfig config, String revision) {
        Logging.apply(config.log());
        metrics.labels(config.models().keySet(), config.providers().keySet());
        metrics.configApplied(revision);
    }

    private Future<?> unchanged() {
        if (status.lastRefusal() != null) {
            status = new ConfigStatus(status.revision(), status.loadedAt(), null, status.restartNeeded());
            metrics.configApplied(status.revision());
            LOG.info("config is back at {}, which is active", status.revision());
        }
        return Future.succeededFuture();
    }

    private Future<Object> refuse(List<ConfigProblem> problems) {
        refuse(problems.stream().map(ConfigProblem::toString).toList(), null);
        return Future.succeededFuture();
    }

    /** @param unforeseen a failure of Sluice or the machine rather than an error in the file, or null */
    private void refuse(List<String> problems, Throwable unforeseen) {
        ConfigStatus.Refusal known = status.lastRefusal();
        if (known != null && known.problems().equals(problems)) {
            return;
        }
        status = new ConfigStatus(
                status.revision(),
                status.loadedAt(),
                new ConfigStatus.Refusal(Instant.now(), problems),
                status.restartNeeded());
        metrics.configRefused();
        history.refused(status.revision(), problems);
        LOG.atError()
                .setCause(unforeseen)
                .log("config edit refused, {} stays active: {} error(s)", status.revision(), problems.size());
        problems.forEach(problem -> LOG.error("config: {}", problem));
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
