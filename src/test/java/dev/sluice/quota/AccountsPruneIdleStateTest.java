package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.USD;
import static dev.sluice.quota.QuotaFixtures.chat;
import static dev.sluice.quota.QuotaFixtures.cost;
import static dev.sluice.quota.QuotaFixtures.key;
import static dev.sluice.quota.QuotaFixtures.rpm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.Principal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** Idle accounts are pruned, and state that still counts is kept. */
final class AccountsPruneIdleStateTest {

    private final ManualClock ticks = new ManualClock();
    private final Quota quota = new Quota(ticks, alert -> {});

    @Test
    void idleAccountsArePrunedAMinuteAfterTheLastRequest() {
        for (int i = 0; i < 10_000; i++) {
            quota.admit(chat(key("k" + i, rpm(10), null), 1, 1)).reservation().close();
        }
        assertThat(quota.accounts()).isEqualTo(10_000);

        ticks.advance(Duration.ofSeconds(60));
        quota.sweep();
        assertThat(quota.accounts()).as("it still counts").isEqualTo(10_000);
        ticks.advance(Duration.ofSeconds(61));
        quota.sweep();

        assertThat(quota.accounts()).isZero();
    }

    @Test
    void spendingIsKeptUntilItsPeriodEnds() {
        Principal caller = key("ci", rpm(10), new Budget(USD, Period.DAY, 1, true));
        try (Reservation reservation = quota.admit(chat(caller, 1, 1)).reservation()) {
            reservation.settle(cost(USD));
        }

        ticks.advance(Duration.ofHours(11));
        quota.sweep();
        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isEqualTo(USD);
        ticks.advance(Duration.ofHours(2));
        quota.sweep();

        assertThat(quota.accounts()).isZero();
    }

    @Test
    void accountsWithARequestInFlightAreNotPruned() {
        Reservation reservation =
                quota.admit(chat(key("ci", rpm(10), null), 1, 1)).reservation();

        ticks.advance(Duration.ofSeconds(70));
        quota.sweep();
        assertThat(quota.accounts()).isOne();
        reservation.close();
        ticks.advance(Duration.ofSeconds(70));
        quota.sweep();

        assertThat(quota.accounts()).isZero();
    }

    @Test
    void noCountIsLostDuringConstantPruning() throws Exception {
        LongAdder settled = new LongAdder();
        AtomicBoolean done = new AtomicBoolean();
        Accounts accounts = new Accounts();
        try (ConcurrentClients clients = new ConcurrentClients()) {
            Thread pruner = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    ticks.advance(61_000);
                    accounts.prune(ticks.millis() / 1000, ticks.epochMillis());
                }
            });
            clients.each(1, dice -> {
                for (int i = 0; i < 50; i++) {
                    Account account = accounts.acquire(QuotaScope.KEY, "k" + dice.nextInt(1000), 0);
                    account.budgetAccount(Period.LIFETIME, 0).spend(1, 0);
                    settled.add(1);
                    ConcurrentClients.pause(dice);
                    account.release();
                }
            });
            done.set(true);
            pruner.join();
        }

        LongAdder kept = new LongAdder();
        accounts.each(account -> account.eachBudgetAccount(budgetAccount -> kept.add(budgetAccount.spent())));
        assertThat(kept.sum()).isEqualTo(settled.sum());
    }

    @Test
    void unclosedReservationsExpire() {
        quota.admit(chat(key("ci", rpm(10), QuotaFixtures.hard(USD)), 1, 1));

        ticks.advance(Duration.ofSeconds(89));
        assertThat(quota.sweep()).isZero();
        ticks.advance(Duration.ofSeconds(1));
        assertThat(quota.sweep()).isOne();

        assertThat(quota.leaked()).isOne();
        assertThat(quota.reserved()).isZero();
        assertThat(quota.concurrency(QuotaScope.KEY, "ci")).isZero();
    }
}
