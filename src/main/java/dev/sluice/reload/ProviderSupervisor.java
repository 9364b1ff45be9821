package dev.sluice.reload;

import dev.sluice.catalog.ModelCatalog;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigDiff;
import dev.sluice.config.loading.ConfigDiff.Change;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.ProviderHealth;
import dev.sluice.model.ProviderStatus;
import dev.sluice.model.ProviderSwitches;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.ProviderVerticle;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.ConnectionPermits;
import dev.sluice.route.ActiveConfig;
import dev.sluice.simulator.SimulatorServer;
import dev.sluice.stream.FairBudget;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supervisor of the running providers: deploys, replaces and stops them. A change never touches a running
 * deployment: the replacement is deployed next to the old provider, requests are routed to it, and the old one is
 * stopped when the last request that may call it has ended.
 *
 * <p>Confined to one context, except {@link #status} and the switches of operators.
 */
public final class ProviderSupervisor implements ProviderSwitches {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderSupervisor.class);
    private static final long RETIRE_CHECK_MILLIS = 200;

    private final Vertx vertx;
    private final int eventLoops;
    private final Metrics metrics;
    private final FairBudget memory;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final List<Running> retiring = new CopyOnWriteArrayList<>();
    /** Retiring providers that were unused at the last check. */
    private Set<Running> unused = Set.of();

    private boolean checking;
    private long generations;

    private record Running(
            ProviderSettings settings, ProviderState state, String deployment, SimulatorServer simulator) {}

    /** @param memory of the process, for responses */
    public ProviderSupervisor(Vertx vertx, int eventLoops, Metrics metrics, FairBudget memory) {
        this.memory = memory;
        this.vertx = vertx;
        this.eventLoops = eventLoops;
        this.metrics = metrics;
    }

    /** Providers deployed but not yet in use, with those they replace. */
    final class Prepared {

        private final Map<String, Running> started;
        private final List<String> removed;

        private Prepared(Map<String, Running> started, List<String> removed) {
            this.started = started;
            this.removed = removed;
        }

        /** The deployment of each provider once this is committed. */
        Map<String, Long> generations() {
            return next(ProviderState::generation);
        }

        /** The health of each provider once this is committed. */
        Map<String, ProviderHealth> health() {
            return next(state -> state);
        }

        private <T> Map<String, T> next(Function<ProviderState, T> of) {
            Map<String, T> next = new HashMap<>();
            running.forEach((name, provider) -> next.put(name, of.apply(provider.state)));
            removed.forEach(next::remove);
            started.forEach((name, provider) -> next.put(name, of.apply(provider.state)));
            return next;
        }

        /** Called once requests are routed to the new providers: the old ones drain. */
        void commit(ActiveConfig active) {
            started.forEach((name, provider) -> {
                retire(replace(name, provider), active);
            });
            removed.forEach(name -> retire(running.remove(name), active));
        }
    }

    /**
     * Deploys the providers that a config adds or replaces. If one of them cannot start, none is kept.
     *
     * @param models facts about models; if they have changed, every provider is redeployed
     */
    Future<Prepared> prepare(Map<String, ProviderConfig> next, ModelCatalog models) {
        Map<String, ProviderConfig> before = new HashMap<>();
        running.forEach((name, provider) -> before.put(name, provider.settings.config()));
        boolean sameModels = running.values().stream()
                .allMatch(provider -> provider.settings.models().equals(models));
        Map<String, Running> started = new ConcurrentHashMap<>();
        List<String> removed = new ArrayList<>();
        List<Future<?>> starting = new ArrayList<>();
        for (Change change : ConfigDiff.between(before, next, sameModels)) {
            switch (change) {
                case Change.Add add -> starting.add(start(add.provider(), add.config(), models, started));
                case Change.Replace replace ->
                    starting.add(start(replace.provider(), replace.config(), models, started));
                case Change.Remove remove -> removed.add(remove.provider());
            }
        }
        return Future.join(starting)
                .map(all -> new Prepared(started, removed))
                .recover(failure -> Future.join(
                                started.values().stream().map(this::stop).toList())
                        .transform(stopped -> Future.failedFuture(failure)));
    }

    @Override
    public boolean force(String provider, BreakerForce force, String reason) {
        return change(provider, state -> state.forceBreakers(force, reason));
    }

    @Override
    public boolean drain(String provider, String reason) {
        return change(provider, state -> state.setDrained(reason));
    }

    /** Atomic with the handover in {@link #replace}, so that no switch is lost between two deployments. */
    private boolean change(String provider, Consumer<ProviderState> change) {
        return running.computeIfPresent(provider, (name, now) -> {
                    change.accept(now.state);
                    return now;
                })
                != null;
    }

    /** @return the previous deployment, or null */
    private Running replace(String provider, Running next) {
        AtomicReference<Running> before = new AtomicReference<>();
        running.compute(provider, (name, now) -> {
            before.set(now);
            if (now != null) {
                now.state.retire();
                // The gauge still shows the breakers of the old deployment.
                metrics.breaker(name, Metrics.Breaker.CLOSED);
                next.state.inherit(now.state);
            }
            next.state.publishGauges();
            return next;
        });
        return before.get();
    }

    public List<ProviderStatus> status() {
        return Stream.concat(running.values().stream(), retiring.stream())
                .map(provider -> provider.state.status())
                .toList();
    }

    private Future<Void> start(String name, ProviderConfig config, ModelCatalog models, Map<String, Running> started) {
        long generation = ++generations;
        return Future.succeededFuture()
                .map(v -> ProviderSettings.of(name, config, models))
                .compose(settings -> settings.type().simulated()
                        ? startSimulated(settings, generation, started)
                        : deploy(settings, generation, null, started))
                .recover(failure -> Future.failedFuture(new IllegalStateException(
                        "providers." + name + ": cannot be started: " + failure.getMessage(), failure)));
    }

    private Future<Void> startSimulated(ProviderSettings settings, long generation, Map<String, Running> started) {
        return SimulatorServer.start(vertx, settings.config().simulator(), "127.0.0.1", 0)
                .compose(simulator -> deploy(settings.withBaseUrl(simulator.baseUrl()), generation, simulator, started)
                        .recover(failure -> simulator.close().transform(closed -> Future.failedFuture(failure))));
    }

    private Future<Void> deploy(
            ProviderSettings settings, long generation, SimulatorServer simulator, Map<String, Running> started) {
        ProviderState state = new ProviderState(vertx, settings, generation, metrics);
        int instances = Math.min(eventLoops, settings.config().pool().maxConnections());
        ConnectionPermits permits = new ConnectionPermits(settings.config().pool(), instances);
        AtomicInteger number = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> new ProviderVerticle(state, number.getAndIncrement() == 0, permits, memory),
                        new DeploymentOptions().setInstances(instances))
                .onSuccess(id -> started.put(settings.name(), new Running(settings, state, id, simulator)))
                .onFailure(failure -> state.close())
                .mapEmpty();
    }

    private void retire(Running provider, ActiveConfig active) {
        if (provider == null) {
            return;
        }
        provider.state.retire();
        retiring.add(provider);
        if (!checking) {
            checking = true;
            scheduleCheck(active);
        }
    }

    private void scheduleCheck(ActiveConfig active) {
        vertx.setTimer(RETIRE_CHECK_MILLIS, id -> stopUnused(active));
    }

    /**
     * Stops providers that were unused at two checks in a row: when a client disconnects its request has ended, but its
     * call may still be on the bus and needs a consumer.
     */
    private void stopUnused(ActiveConfig active) {
        Set<Running> now = retiring.stream()
                .filter(provider -> provider.state.inFlight() == 0
                        && !active.mayCall(provider.state.settings().name(), provider.state.generation()))
                .collect(Collectors.toSet());
        now.stream().filter(unused::contains).forEach(provider -> {
            retiring.remove(provider);
            stop(provider);
        });
        unused = now;
        checking = !retiring.isEmpty();
        if (checking) {
            scheduleCheck(active);
        }
    }

    private Future<Void> stop(Running provider) {
        provider.state.close();
        return vertx.undeploy(provider.deployment)
                .eventually(() -> provider.simulator == null ? Future.succeededFuture() : provider.simulator.close())
                .onFailure(failure -> LOG.warn(
                        "provider {} did not stop cleanly",
                        provider.state.settings().name(),
                        failure));
    }
}
