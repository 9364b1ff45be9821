package dev.sluice;

import dev.sluice.auth.Identity;
import dev.sluice.auth.IssuerBook;
import dev.sluice.auth.JwtProvider;
import dev.sluice.auth.KeyRing;
import dev.sluice.auth.StoredKeys;
import dev.sluice.config.SluiceConfig;
import dev.sluice.http.Ledger;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.quota.BudgetAlert;
import dev.sluice.quota.Quota;
import dev.sluice.quota.Scope;
import dev.sluice.quota.Terms;
import dev.sluice.quota.Ticks;
import dev.sluice.route.Live;
import dev.sluice.store.Snapshot;
import dev.sluice.store.Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call, how much, and what it cost: the store, the keys, the issuer, the limits and the ledger, put together.
 * Opened before the listeners, closed after the last exchange.
 */
final class Tenancy implements Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);

    /** Grants that nobody gave back are looked for this often. */
    private static final long SWEEP_MILLIS = 5_000;

    private static final long LAST_USED_MILLIS = 10_000;

    private final Vertx vertx;
    private final Live live;
    private final Store store;
    private final Quota quota;
    private final KeyRing keys;
    private final IssuerBook issuer;
    private final Identity identity;
    private final List<Long> timers = new ArrayList<>();

    /** @param store or null, when the config has none */
    private Tenancy(Vertx vertx, Live live, Store store, Consumer<BudgetAlert> alerts) {
        this.vertx = vertx;
        this.live = live;
        this.store = store;
        this.quota = new Quota(Ticks.system(), alerts);
        Supplier<SluiceConfig> config = () -> live.current().config();
        this.issuer = new IssuerBook(vertx, config);
        this.keys = new KeyRing(config, this::storedKeys, System::currentTimeMillis);
        this.identity = new Identity(keys, new JwtProvider(config, issuer, System::currentTimeMillis));
    }

    /**
     * Fails when the store's file cannot be used or its schema is of a newer Sluice.
     *
     * @param alerts is told of budgets that come to their marks; must neither wait nor fail
     */
    static Future<Tenancy> open(Vertx vertx, Live live, Consumer<BudgetAlert> alerts) {
        SluiceConfig config = live.current().config();
        Future<Store> store =
                config.store().enabled() ? Store.open(vertx, config.store()) : Future.succeededFuture(null);
        return store.compose(opened -> {
            Tenancy tenancy = new Tenancy(vertx, live, opened, alerts);
            return tenancy.begin().map(tenancy);
        });
    }

    Identity identity() {
        return identity;
    }

    Quota quota() {
        return quota;
    }

    /** Null when the config has none. */
    Store store() {
        return store;
    }

    @Override
    public void attempted(AttemptRecord attempt) {
        if (store != null) {
            store.append(attempt);
        }
    }

    @Override
    public boolean full() {
        return store != null && store.full();
    }

    Future<Void> close() {
        timers.forEach(vertx::cancelTimer);
        if (store == null) {
            return Future.succeededFuture();
        }
        noteLastUsed();
        return store.close();
    }

    private Future<Void> begin() {
        terms();
        live.onSwap(serving -> terms());
        timers.add(vertx.setPeriodic(SWEEP_MILLIS, id -> quota.sweep()));
        if (store != null) {
            store.onChange(snapshot -> terms());
            timers.add(vertx.setPeriodic(LAST_USED_MILLIS, id -> noteLastUsed()));
        }
        return issuer.start().compose(v -> store == null || !store.healthy() ? later() : restore());
    }

    /** A database that is away must not keep the gateway down; budgets count from nothing until it is back. */
    private Future<Void> later() {
        if (store != null) {
            store.ready().onSuccess(v -> restore());
        }
        return Future.succeededFuture();
    }

    private void terms() {
        Collection<dev.sluice.store.StoredTeam> teams =
                store == null ? List.of() : store.snapshot().teams().values();
        quota.terms(Terms.of(live.current().config(), teams));
        if (store != null && store.ready().succeeded()) {
            // A budget that is new counts what was spent before it was there.
            restore();
        }
    }

    /** What the ledger knows of the periods that run. */
    private Future<Void> restore() {
        List<Future<?>> sums = new ArrayList<>();
        for (Budget.Period per : Budget.Period.values()) {
            Instant since = quota.since(per);
            sums.add(store.usage()
                    .spentByKey(since)
                    .onSuccess(spent -> spent.forEach((key, nano) -> quota.restore(Scope.KEY, key, per, nano))));
            sums.add(store.usage()
                    .spentByTeam(since)
                    .onSuccess(spent -> spent.forEach((team, nano) -> quota.restore(Scope.TEAM, team, per, nano))));
        }
        return store.ready()
                .compose(v -> Future.join(sums))
                .onFailure(failure -> LOG.warn("what was spent before is not known yet: {}", failure.getMessage()))
                .otherwiseEmpty()
                .mapEmpty();
    }

    private StoredKeys storedKeys() {
        if (store == null) {
            return StoredKeys.NONE;
        }
        Snapshot snapshot = store.snapshot();
        return snapshot.at().equals(Instant.EPOCH)
                ? StoredKeys.UNHEARD
                : new StoredKeys(snapshot.keys(), snapshot.at(), true);
    }

    private void noteLastUsed() {
        keys.usedSince().forEach((key, at) -> store.touch(key, at.toEpochMilli()));
    }
}
