package dev.sluice.reload;

import dev.sluice.config.ConfigLoader;
import dev.sluice.config.ConfigProblem;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.Loaded;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.observe.Metrics;
import dev.sluice.route.Live;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Serving;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the file as it is now into what serves. The whole file is validated first; a bad edit changes nothing and is loud. One
 * reload at a time; confined to the config verticle's context once started.
 */
public final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private final Vertx vertx;
    private final Path file;
    private final UnaryOperator<String> environment;
    private final ProviderSupervisor supervisor;
    private final Metrics metrics;
    private Future<ConfigStatus> last = Future.succeededFuture();
    private SluiceConfig first;
    private volatile Live live;
    private volatile ConfigStatus status;

    public Reloader(
            Vertx vertx,
            Path file,
            UnaryOperator<String> environment,
            ProviderSupervisor supervisor,
            Metrics metrics) {
        this.vertx = vertx;
        this.file = file;
        this.environment = environment;
        this.supervisor = supervisor;
        this.metrics = metrics;
    }

    /** Starts with a config that is already loaded. */
    public Future<Live> begin(SluiceConfig config, String revision) {
        first = config;
        return supervisor.prepare(config.providers()).map(prepared -> {
            live = new Live(new Serving(config, revision, new RouteTable(config, prepared.generations())));
            prepared.commit(live);
            status = new ConfigStatus(revision, Instant.now(), null, List.of());
            serves(config, revision);
            return live;
        });
    }

    public ConfigStatus status() {
        return status;
    }

    /** Reads the file again and applies it if it is good and new. Never fails: the status tells. */
    public Future<ConfigStatus> reload() {
        last = last.transform(before -> vertx.executeBlocking(() -> ConfigLoader.load(file, environment)))
                .compose(this::apply)
                .recover(failure -> {
                    refuse(List.of(file + ": " + failure.getMessage()));
                    return Future.succeededFuture(status);
                });
        return last;
    }

    private Future<ConfigStatus> apply(Loaded loaded) {
        return switch (loaded) {
            case Loaded.Refused refused -> {
                refuse(refused.problems().stream().map(ConfigProblem::toString).toList());
                yield Future.succeededFuture(status);
            }
            case Loaded.Ok ok when ok.revision().equals(status.revision()) -> {
                unchanged();
                yield Future.succeededFuture(status);
            }
            case Loaded.Ok ok -> swap(ok);
        };
    }

    private Future<ConfigStatus> swap(Loaded.Ok ok) {
        return supervisor.prepare(ok.config().providers()).map(prepared -> {
            RouteTable routes = new RouteTable(ok.config(), prepared.generations());
            live.swap(new Serving(ok.config(), ok.revision(), routes));
            prepared.commit(live);
            List<String> restart = restartNeeded(first.server(), ok.config().server());
            status = new ConfigStatus(ok.revision(), Instant.now(), null, restart);
            serves(ok.config(), ok.revision());
            LOG.info("config {} serves now", ok.revision());
            restart.forEach(key -> LOG.warn("{} changed: it takes effect at the next start", key));
            return status;
        });
    }

    private void serves(SluiceConfig config, String revision) {
        metrics.labels(config.models().keySet(), config.providers().keySet());
        metrics.configApplied(revision);
    }

    private void unchanged() {
        if (status.lastRefusal() != null) {
            status = new ConfigStatus(status.revision(), status.loadedAt(), null, status.restartNeeded());
            LOG.info("config is back at {}, which serves", status.revision());
        }
    }

    private void refuse(List<String> problems) {
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
        LOG.error("config edit refused, {} serves on: {} error(s)", status.revision(), problems.size());
        problems.forEach(problem -> LOG.error("config: {}", problem));
    }

    private static List<String> restartNeeded(ServerConfig before, ServerConfig now) {
        List<String> keys = new ArrayList<>();
        if (!before.host().equals(now.host())) {
            keys.add("server.host");
        }
        if (before.port() != now.port()) {
            keys.add("server.port");
        }
        if (!before.admin().equals(now.admin())) {
            keys.add("server.admin");
        }
        if (!Objects.equals(before.tls(), now.tls())) {
            keys.add("server.tls");
        }
        return keys;
    }
}
