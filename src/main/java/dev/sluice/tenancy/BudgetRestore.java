package dev.sluice.tenancy;

import dev.sluice.config.AuthConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Budget;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaPolicy;
import dev.sluice.quota.QuotaScope;
import dev.sluice.route.ActiveConfig;
import dev.sluice.store.Snapshot;
import dev.sluice.store.Store;
import dev.sluice.store.StoredKey;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The restoring of budgets: compares what this process has counted with the sums of the ledger. */
final class BudgetRestore {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetRestore.class);

    private final ActiveConfig active;
    private final Store store;
    private final Quota quota;

    BudgetRestore(ActiveConfig active, Store store, Quota quota) {
        this.active = active;
        this.store = store;
        this.quota = quota;
    }

    /** Restores the spend of current budget periods from the ledger, once all rows of earlier runs are in it. */
    Future<Void> restore() {
        return store.ready()
                .compose(
                        v -> Future.join(budgetPeriods().map(this::restoreSpend).toList()))
                .onFailure(failure -> LOG.warn("Budgets do not include earlier spend yet: {}", failure.getMessage()))
                .otherwiseEmpty()
                .mapEmpty();
    }

    /** The periods of all configured budgets, including new ones. */
    private Stream<Budget.Period> budgetPeriods() {
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

    /** Repeated when the period has ended before the ledger was read. */
    private Future<Void> restoreSpend(Budget.Period per) {
        Instant since = quota.periodStart(per);
        return store.reconcile(since, () -> quota.counted(per, since), (counted, spend) -> {
                    spend.byKey().forEach((key, nano) -> quota.restore(QuotaScope.KEY, key, counted, nano));
                    spend.byTeam().forEach((team, nano) -> quota.restore(QuotaScope.TEAM, team, counted, nano));
                })
                .compose(done -> quota.periodStart(per).equals(since) ? Future.succeededFuture() : restoreSpend(per));
    }
}
