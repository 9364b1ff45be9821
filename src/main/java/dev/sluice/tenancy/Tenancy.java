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
import dev.sluice.config.SluiceConfig;
import dev.sluice.http.exchange.AttemptLog;
import dev.sluice.http.exchange.ResourceOwners;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Readiness;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.BudgetAlert;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.quota.QuotaPolicy;
import dev.sluice.route.ActiveConfig;
import dev.sluice.store.KeysMarker;
import dev.sluice.store.Store;
import dev.sluice.store.StoredTeam;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys, issuer, quotas, store and ledger of one process. Opened before the listeners, closed after the last
 * exchange.
 */
public final class Tenancy implements AttemptLog, Metrics.Accounts {

    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);

    /** Interval of the sweep for reservations that were not closed. */
    private static final long SWEEP_MILLIS = 5_000;

    private static final long LAST_USED_MILLIS = 10_000;

    /** How long a start waits for the rows of earlier runs. */
    private static final int RESTORE_SECONDS = 30;

    private final Vertx vertx;
    private final ActiveConfig active;
    private final Store store;
    private final KeysMarker marker;
    private final Quota quota;
    private final BudgetRestore budgets;
    private final KeyRing keys;
    private final ResourceOwners owners;
    private final JwksCache issuer;
    private final GatewayAuthentication authentication;
    private final Supplier<SluiceConfig> config;
    private final List<Long> timers = new ArrayList<>();
    private volatile boolean marked;
    /** Used on the context of the sweep only. */
    private final ClockStep clockStep;

    /**
     * @param store null when the configuration disables it
     * @param pepper generated pepper for a configuration without one, or null
     * @param marker null unless the store is a SQLite file
     */
    private Tenancy(
            Vertx vertx,
            ActiveConfig active,
            Store store,
            Secret pepper,
            KeysMarker marker,
            Consumer<BudgetAlert> alerts) {
        this.marker = marker;
        this.vertx = vertx;
        this.active = active;
        this.store = store;
        QuotaClock clock = QuotaClock.system();
        this.clockStep = new ClockStep(clock);
        this.quota = new Quota(clock, alerts);
        this.budgets = new BudgetRestore(active, store, quota);
        this.config = new PepperedConfig(() -> active.current().config(), pepper);
        byte[] secret = StoredOwners.idSecret(config.get().auth().pepper());
        this.owners = store == null ? ResourceOwners.inMemory(secret) : new StoredOwners(store.owners(), secret);
        this.issuer = new JwksCache(vertx, config, System::nanoTime);
        Supplier<StoredKeys> stored = store == null
                ? () -> StoredKeys.NONE
                : new SnapshotKeys(store::snapshot, store::snapshotAgeMillis, System::currentTimeMillis);
        this.keys = new KeyRing(config, stored, System::currentTimeMillis);
        this.authentication =
                new GatewayAuthentication(keys, new JwtProvider(config, issuer, System::currentTimeMillis));
    }

    /**
     * Opens everything. Fails when the store's file cannot be used or its schema is newer than this Sluice.
     *
     * @param alerts receives budget alerts; must neither block nor throw
     */
    public static Future<Tenancy> open(Vertx vertx, ActiveConfig active, Consumer<BudgetAlert> alerts) {
        SluiceConfig config = active.current().config();
        if (!config.store().enabled()) {
            return new Tenancy(vertx, active, null, null, null, alerts).started();
        }
        return vertx.executeBlocking(() -> Optional.ofNullable(KeysMarker.of(config.store())))
                .compose(marker -> Store.open(
                                vertx,
                                config.store(),
                                (provider, model) -> active.current().config().lists(provider, model))
                        .compose(opened -> pepper(vertx, config, opened)
                                .compose(pepper -> new Tenancy(
                                                vertx, active, opened, pepper, marker.orElse(null), alerts)
                                        .started())
                                .recover(failure -> opened.close().transform(v -> Future.failedFuture(failure)))));
    }

    public GatewayAuthentication authentication() {
        return authentication;
    }

    public Quota quota() {
        return quota;
    }

    /** The access control of the admin listener. */
    public AdminAccess access() {
        return new AdminAccess(authentication);
    }

    /** The owners of what callers create at providers. */
    public ResourceOwners owners() {
        return owners;
    }

    /** The sources of the admin API. */
    public TenantSources sources() {
        return new TenantSources(
                config, store, quota, new KeyService(config, InstantSource.system()), issuer::toString);
    }

    /**
     * The readiness of the store. An unreachable store makes the gateway unready only when all requests are refused:
     * known keys work without it, and since instances share the database, all would be taken out of service at once.
     */
    public Readiness readiness() {
        if (store == null) {
            return new Readiness(true, List.of());
        }
        boolean full = store.full();
        boolean undecided = keys.undecided();
        List<String> reasons = new ArrayList<>(2);
        if (full) {
            reasons.add(Readiness.failing("ledger_full: the journal has no room for the rows of new requests"));
        }
        if (undecided) {
            reasons.add(Readiness.failing("store_unavailable: the stored keys have not been loaded yet"));
        } else if (!keys.storeKnown()) {
            reasons.add(Readiness.warning(
                    "store_unavailable: stored keys are refused until the store responds; keys of the config file"
                            + " keep working"));
        } else {
            reasons.add(
                    store.healthy()
                            ? Readiness.ok("store")
                            : Readiness.warning(
                                    "store_unavailable: known keys keep working, usage is kept in the journal"));
        }
        if (store.parkedRows() > 0) {
            reasons.add(Readiness.warning("ledger_rows_parked: the database refused " + store.parkedRows()
                    + " rows since the start; the log has them, the ledger does not"));
        }
        return new Readiness(!full && !undecided, reasons);
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

    @Override
    public long parkedRows() {
        return store == null ? 0 : store.parkedRows();
    }

    public Future<Void> close() {
        timers.forEach(vertx::cancelTimer);
        if (store == null) {
            return Future.succeededFuture();
        }
        flushLastUsed();
        return store.close();
    }

    /** The generated pepper; null when the configuration has one, or must have one before keys can be created. */
    private static Future<Secret> pepper(Vertx vertx, SluiceConfig config, Store store) {
        Path path = Store.pepperFile(config.store());
        if (path == null || config.auth().pepper() != null) {
            return Future.succeededFuture(null);
        }
        return vertx.executeBlocking(() -> PepperFile.open(path)).map(file -> {
            if (file.created() && !store.snapshot().keys().isEmpty()) {
                LOG.error(
                        "{} was missing and has been created, so no stored key is valid (expected: the previous file"
                                + " or auth.pepper)",
                        path);
            } else if (file.created()) {
                LOG.info(
                        "auth.pepper is not set, so a pepper for stored keys was created: {}. Keep a copy of it", path);
            }
            return file.pepper();
        });
    }

    private Future<Tenancy> started() {
        if (marker != null && store.snapshot().keys().isEmpty() && marker.lostKeys() != null) {
            if (keys.open() || !keys.hasAdministrators()) {
                return Future.failedFuture(new IllegalStateException(marker.lostKeys()));
            }
            LOG.error("{}", marker.lostKeys());
        } else if (marker != null) {
            markKeys();
        }
        if (keys.open()) {
            LOG.warn(
                    "OPEN MODE: neither the config nor the store has a key. Until one of them has, every caller on this"
                            + " machine is admitted; listening on loopback only");
        }
        return start().map(this);
    }

    /** Records once that the database has keys. */
    private void markKeys() {
        if (marker != null && !marked && !store.snapshot().keys().isEmpty()) {
            marked = true;
            vertx.executeBlocking(() -> {
                        marker.write();
                        return null;
                    })
                    .onFailure(failure -> LOG.warn("{} cannot be written: {}", marker.marker(), failure.toString()));
        }
    }

    private Future<Void> start() {
        applyPolicy();
        active.onSwap(snapshot -> policyChanged());
        timers.add(vertx.setPeriodic(SWEEP_MILLIS, id -> {
            quota.sweep();
            checkClock();
        }));
        if (store != null) {
            store.onChange(snapshot -> {
                policyChanged();
                markKeys();
            });
            timers.add(vertx.setPeriodic(LAST_USED_MILLIS, id -> flushLastUsed()));
        }
        return issuer.start()
                .compose(v -> store == null || !store.healthy()
                        ? startWithoutStore()
                        : shareIdSecret().compose(done -> restoreInTime()));
    }

    /**
     * Restores budgets with a time limit, so that rows of an earlier run that cannot be written do not block the start.
     */
    private Future<Void> restoreInTime() {
        return budgets.restore()
                .timeout(RESTORE_SECONDS, TimeUnit.SECONDS)
                .onFailure(late -> LOG.warn(
                        "Rows of an earlier run are not in the ledger after {} s; until they are, budgets do not"
                                + " include all earlier spend",
                        RESTORE_SECONDS))
                .otherwiseEmpty();
    }

    /** Without a pepper, ids of videos are authenticated with a secret of the database. */
    private Future<Void> shareIdSecret() {
        return config.get().auth().pepper() == null && owners instanceof StoredOwners stored
                ? stored.shareIdSecret()
                        .onFailure(failure -> LOG.warn(
                                "Ids of videos are valid until this process ends, since the database did not return"
                                        + " the secret for them: {}",
                                failure.getMessage()))
                        .otherwiseEmpty()
                : Future.succeededFuture();
    }

    /** Starts without the database: budgets count from zero until it is reachable. */
    private Future<Void> startWithoutStore() {
        if (store != null) {
            store.ready().onSuccess(v -> {
                shareIdSecret();
                budgets.restore();
            });
        }
        return Future.succeededFuture();
    }

    /** A wall clock that was set may be in another budget period, whose spend the ledger knows. */
    private void checkClock() {
        long moved = clockStep.sinceLastCall();
        if (moved != 0) {
            LOG.warn("The clock was set {} by {} s", moved > 0 ? "forward" : "back", Math.abs(moved) / 1000);
            if (store != null && store.ready().succeeded()) {
                budgets.restore();
            }
        }
    }

    private void policyChanged() {
        applyPolicy();
        if (store != null && store.ready().succeeded()) {
            // A new budget includes what was spent in its period before it was configured.
            budgets.restore();
        }
    }

    private void applyPolicy() {
        Collection<StoredTeam> teams =
                store == null ? List.of() : store.snapshot().teams().values();
        quota.applyPolicy(QuotaPolicy.of(active.current().config(), teams));
    }

    private void flushLastUsed() {
        keys.takeLastUses().forEach((key, at) -> store.recordUse(key, at.toEpochMilli()));
    }
}
