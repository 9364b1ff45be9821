package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Budget.Period;
import dev.sluice.quota.Account.Acquisition;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two threads compete for the last permit, token or dollar at the same time, thousands of times: one of them gets it.
 */
final class AdmissionIsAtomicTest {

    private static final int ROUNDS = 100_000;
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        other.close();
    }

    /** The call that both threads make on the shared object; true when it was granted. */
    private interface Grab<T> {
        boolean by(T thing, boolean first);
    }

    @Test
    void theLastMoneyIsGrantedOnce() throws Exception {
        assertThat(mostWinners(() -> new BudgetAccount(0, 1), (budgetAccount, first) -> budgetAccount.reserve(10, 19)))
                .isOne();
    }

    @Test
    void theLastTokensAreGrantedOnce() throws Exception {
        assertThat(mostWinners(
                        SlidingWindow::new, (window, first) -> window.reserve(10, 19, 100) != SlidingWindow.REFUSED))
                .isOne();
    }

    @Test
    void theLastPermitIsGrantedOnce() throws Exception {
        assertThat(mostWinners(
                        () -> new Account(QuotaScope.KEY, "ci"),
                        (account, first) -> account.acquire(1) == Acquisition.ACQUIRED))
                .isOne();
    }

    @Test
    void aNewPeriodsBudgetIsCreatedOnce() throws Exception {
        assertThat(mostWinners(
                        () -> new Account(QuotaScope.KEY, "ci"),
                        (account, first) -> account.budgetAccount(Period.DAY, 0).reserve(10, 19)))
                .isOne();
    }

    @Test
    void anAccountIsEitherPrunedOrAcquired() throws Exception {
        assertThat(mostWinners(
                        () -> new Account(QuotaScope.KEY, "ci"),
                        (account, first) ->
                                first ? account.prune(1000, 0) : account.acquire(0) == Acquisition.ACQUIRED))
                .isOne();
    }

    @Test
    void requestsOvertakenByASecondAreCountedInTheNewSecond() {
        SlidingWindow window = new SlidingWindow();
        window.reserve(1, 10, 100);
        window.used(161);

        assertThat(window.reserve(10, 10, 160)).isEqualTo(161);

        assertThat(window.used(221)).as("a minute after its admission").isEqualTo(10);
        assertThat(window.used(222)).isZero();
    }

    /** The highest number of winners in any round. */
    private <T> int mostWinners(Supplier<T> things, Grab<T> grab) throws Exception {
        @SuppressWarnings("unchecked")
        T[] all = (T[]) new Object[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            all[i] = things.get();
        }
        AtomicInteger[] winners = new AtomicInteger[ROUNDS];
        AtomicInteger mine = new AtomicInteger();
        AtomicInteger theirs = new AtomicInteger();
        for (int i = 0; i < ROUNDS; i++) {
            winners[i] = new AtomicInteger();
        }
        long end = System.nanoTime() + ENOUGH_NANOS;
        Future<?> done = other.submit(() -> run(all, winners, grab, false, theirs, mine, end));
        run(all, winners, grab, true, mine, theirs, end);
        done.get();
        int most = 0;
        for (AtomicInteger one : winners) {
            most = Math.max(most, one.get());
        }
        return most;
    }

    private static <T> void run(
            T[] all,
            AtomicInteger[] winners,
            Grab<T> grab,
            boolean first,
            AtomicInteger at,
            AtomicInteger otherAt,
            long end) {
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            at.set(round + 1);
            for (int spins = 0; otherAt.get() <= round && System.nanoTime() < end; spins++) {
                if (spins > 1000) {
                    ConcurrentClients.pause();
                }
            }
            if (grab.by(all[round], first)) {
                winners[round].incrementAndGet();
            }
        }
        at.set(ROUNDS);
    }
}
