package dev.sluice.tenancy;

import dev.sluice.admin.TenantSources;
import dev.sluice.auth.AdminAccess;
import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.auth.jwt.JwksCache;
import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.KeyService;
import dev.sluice.auth.keys.PepperFile;
import dev.sluice.auth.keys.PepperedConfig;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.binding.Secret;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.http.exchange.AttemptLog;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.model.Readiness;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.BudgetAlert;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.quota.QuotaPolicy;
import dev.sluice.quota.QuotaScope;
import dev.sluice.route.ActiveConfig;
import dev.sluice.store.Snapshot;
import dev.sluice.store.Store;
import dev.sluice.store.StoredKey;
import dev.sluice.store.StoredTeam;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call, how much, and what it cost: the store, the keys, the issuer, the limits and the ledger, put together.
 * Opened before the listeners, closed after the last exchange.
 */
public final class Tenancy implements AttemptLog, Metrics.Accounts {

    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);

    /** Grants that nobody gave back are looked for this often. */
    private static final long SWEEP_MILLIS = 5_000;

    private static final long LAST_USED_MILLIS = 10_000;

    /** A start waits so long for the rows of earlier runs. */
    private static final int RESTORE_SECONDS = 30;

    private final Vertx vertx;
    private final ActiveConfig active;
    private final Store store;
    private final Quota quota;
    private final KeyRing keys;
    private final JwksCache issuer;
    private final GatewayAuthentication authentication;
    private final Supplier<SluiceConfig> config;
    private final List<Long> timers = new ArrayList<>();

    /**
     * @param store or null, when the config has none
     * @param pepper for a config without one, or null
     */
    private Tenancy(Vertx vertx, ActiveConfig active, Store store, Secret pepper, Consumer<BudgetAlert> alerts) {
        this.vertx = vertx;
        this.active = active;
        this.store = store;
        this.quota = new Quota(QuotaClock.system(), alerts);
        this.config = new PepperedConfig(() -> active.current().config(), pepper);
        this.issuer = new JwksCache(vertx, config, System::nanoTime);
        this.keys = new KeyRing(config, this::storedKeys, System::currentTimeMillis);
        this.authentication =
                new GatewayAuthentication(keys, new JwtProvider(config, issuer, System::currentTimeMillis));
    }

    /**
     * Fails when the store's file cannot be used or its schema is of a newer Sluice.
     *
     * @param alerts is told of budgets that come to their marks; must neither wait nor fail
     */
    public static Future<Tenancy> open(Vertx vertx, ActiveConfig active, Consumer<BudgetAlert> alerts) {
        SluiceConfig config = active.current().config();
        Future<Store> store =
                config.store().enabled() ? Store.open(vertx, config.store()) : Future.succeededFuture(null);
        return store.compose(opened -> pepper(vertx, config, opened).compose(pepper -> {
            Tenancy tenancy = new Tenancy(vertx, active, opened, pepper, alerts);
            return tenancy.begin().map(tenancy);
        }));
    }

    public GatewayAuthentication authentication() {
        return authentication;
    }

    public Quota quota() {
        return quota;
    }

    /** Who may do what at the admin listener. */
    public AdminAccess access() {
        return new AdminAccess(authentication);
    }

    /** For the admin API. */
    public TenantSources sources() {
        return new TenantSources(
                config, store, quota, new KeyService(config, InstantSource.system()), issuer::toString);
    }

    /**
     * How the store is. It makes the gateway unready only when that refuses everybody: taking an instance out of
     * service for a database that all share would take all of them out, and known keys do without it.
     */
    public Readiness readiness() {
        if (store == null) {
            return new Readiness(true, List.of());
        }
        boolean full = store.full();
        boolean nobody = keys.undecided();
        List<String> reasons = new ArrayList<>(2);
        if (full) {
            reasons.add(Readiness.failing("ledger_full: the journal has no room for what requests would use"));
        }
        if (nobody) {
            reasons.add(Readiness.failing("store_down: whose keys there are is not known"));
        } else if (!keys.storeKnown()) {
            reasons.add(Readiness.warning("store_down: its keys are refused until it answers, others go on"));
        } else {
            reasons.add(
                    store.healthy()
                            ? Readiness.ok("store")
                            : Readiness.warning("store_down: known keys go on, what is used waits in the journal"));
        }
        return new Readiness(!full && !nobody, reasons);
    }

    @Override
    public void append(AttemptRecord attempt) {
        if (store != null) {
            store.append(attempt);
        }
    }

    @Override
    public boolean full() {
        return store != null && store.full();
    }

    @Override
    public long reservedNanoUsd() {
        return quota.reserved();
    }

    @Override
    public long leaked() {
        return quota.leaked();
    }

    @Override
    public long waitingRows() {
        return store == null ? 0 : store.waitingRows();
    }

    @Override
    public long refusedRows() {
        return store == null ? 0 : store.refusedRows();
    }

    public Future<Void> close() {
        timers.forEach(vertx::cancelTimer);
        if (store == null) {
            return Future.succeededFuture();
        }
        noteLastUsed();
        return store.close();
    }

    /** Null where the config has a pepper, or must have one before keys can be made. */
    private static Future<Secret> pepper(Vertx vertx, SluiceConfig config, Store store) {
        Path path = store == null ? null : Store.pepperOf(config.store());
        if (path == null || config.auth().pepper() != null) {
            return Future.succeededFuture(null);
        }
        return vertx.executeBlocking(() -> PepperFile.open(path)).map(file -> {
            if (file.created() && !store.snapshot().keys().isEmpty()) {
                LOG.error(
                        "{} was not there and is new, so no key of the store opens anything (expected: the file from"
                                + " before, or auth.pepper)",
                        path);
            } else if (file.created()) {
                LOG.info("auth.pepper is not set, so a pepper for stored keys was made: {}. Keep a copy of it", path);
            }
            return file.pepper();
        });
    }

    private Future<Void> begin() {
        limits();
        active.onSwap(snapshot -> terms());
        timers.add(vertx.setPeriodic(SWEEP_MILLIS, id -> quota.sweep()));
        if (store != null) {
            store.onChange(snapshot -> terms());
            timers.add(vertx.setPeriodic(LAST_USED_MILLIS, id -> noteLastUsed()));
        }
        return issuer.start().compose(v -> store == null || !store.healthy() ? later() : restoreInTime());
    }

    /** Rows of an earlier run that cannot be written just now must not keep the gateway down either. */
    private Future<Void> restoreInTime() {
        return restore()
                .timeout(RESTORE_SECONDS, TimeUnit.SECONDS)
                .onFailure(late -> LOG.warn(
                        "Rows of an earlier run are not in the ledger after {} s; until they are, budgets do not know"
                                + " all that was spent",
                        RESTORE_SECONDS))
                .otherwiseEmpty();
    }

    /** A database that is away must not keep the gateway down; budgets count from nothing until it is back. */
    private Future<Void> later() {
        if (store != null) {
            store.ready().onSuccess(v -> restore());
        }
        return Future.succeededFuture();
    }

    private void terms() {
        limits();
        if (store != null && store.ready().succeeded()) {
            // A budget that is new counts what was spent before it was there.
            restore();
        }
    }

    private void limits() {
        Collection<StoredTeam> teams =
                store == null ? List.of() : store.snapshot().teams().values();
        quota.applyPolicy(QuotaPolicy.of(active.current().config(), teams));
    }

    /** What the ledger knows of the periods that run; asked once all rows of earlier runs are in it. */
    private Future<Void> restore() {
        return store.ready()
                .compose(v -> Future.join(budgeted().flatMap(this::spent).toList()))
                .onFailure(failure -> LOG.warn("what was spent before is not known yet: {}", failure.getMessage()))
                .otherwiseEmpty()
                .mapEmpty();
    }

    /** The periods that some budget is for; a budget that is new brings its own. */
    private Stream<Budget.Period> budgeted() {
        SluiceConfig now = active.current().config();
        Snapshot snapshot = store.snapshot();
        QuotaPolicy policy = QuotaPolicy.of(now, snapshot.teams().values());
        Stream<Budget> shared = Stream.concat(policy.tiers().values().stream(), policy.teams().values().stream())
                .map(QuotaPolicy.Allowed::budget);
        Stream<Budget> ofFile = now.auth().keys().stream()
                .map(AuthConfig.StaticKey::budget)
                .map(budget -> budget == null ? null : budget.budget());
        Stream<Budget> ofStore = snapshot.keys().values().stream().map(StoredKey::budget);
        return Stream.of(shared, ofFile, ofStore)
                .flatMap(budgets -> budgets)
                .filter(Objects::nonNull)
                .map(Budget::period)
                .distinct();
    }

    private Stream<Future<?>> spent(Budget.Period per) {
        Instant since = quota.periodStart(per);
        return Stream.of(
                store.usage()
                        .spentByKey(since)
                        .onSuccess(
                                spent -> spent.forEach((key, nano) -> quota.restore(QuotaScope.KEY, key, per, nano))),
                store.usage()
                        .spentByTeam(since)
                        .onSuccess(spent ->
                                spent.forEach((team, nano) -> quota.restore(QuotaScope.TEAM, team, per, nano))));
    }

    private StoredKeys storedKeys() {
        if (store == null) {
            return StoredKeys.NONE;
        }
        Snapshot snapshot = store.snapshot();
        return snapshot.at().equals(Instant.EPOCH)
                ? StoredKeys.UNKNOWN
                : new StoredKeys(snapshot.keys(), snapshot.at(), true);
    }

    private void noteLastUsed() {
        keys.takeLastUses().forEach((key, at) -> store.touch(key, at.toEpochMilli()));
    }
}
