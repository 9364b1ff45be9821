package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.billed;
import static dev.sluice.quota.QuotaFixtures.chat;
import static dev.sluice.quota.QuotaFixtures.key;
import static dev.sluice.quota.QuotaFixtures.rpm;
import static dev.sluice.quota.QuotaFixtures.tpm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Budget.Period;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two hundred clients, fifty times: no period of 60 seconds exceeds the limit, and most of the limit is used. */
final class RateLimitIsNeverExceededTest {

    private static final long MINUTE = 60_000;
    private static final int MINUTES = 5;
    private static final long RPM = 600;
    private static final long TPM = 100_000;

    private final ConcurrentClients clients = new ConcurrentClients();

    @AfterEach
    void stop() {
        clients.close();
    }

    /** The amount admitted at one time. */
    private record Admitted(long millis, long count) {}

    @Test
    void requestsPerMinuteAreNeverExceeded() throws Exception {
        for (int seed = 0; seed < ConcurrentClients.SEEDS; seed++) {
            ManualClock ticks = new ManualClock();
            Quota quota = new Quota(ticks, alert -> {});
            Principal caller = key("ci", rpm(RPM), null);

            List<Admitted> passed = runClients(seed, ticks, (dice, sum) -> {
                AdmissionResult result = quota.admit(chat(caller, 10, 10));
                result.reservation().settle(billed(10, 10));
                result.reservation().close();
                sum.add(result.admitted() ? 1 : 0);
                return result.admitted();
            });

            assertNoMinuteOver(passed, RPM);
            assertUsed(passed, RPM);
            assertThat(quota.openReservations()).isZero();
        }
    }

    @Test
    void reportedTokensPerMinuteAreNeverExceeded() throws Exception {
        for (int seed = 0; seed < ConcurrentClients.SEEDS; seed++) {
            ManualClock ticks = new ManualClock();
            Quota quota = new Quota(ticks, alert -> {});
            Principal caller = key("ci", tpm(TPM), null);

            List<Admitted> passed = runClients(seed, ticks, (dice, sum) -> {
                long cap = 1L + dice.nextInt(500);
                AdmissionResult result = quota.admit(chat(caller, 200, cap));
                if (result.admitted()) {
                    ConcurrentClients.pause(dice);
                    long used = dice.nextInt((int) cap + 1);
                    result.reservation().settle(billed(200, used));
                    result.reservation().close();
                    sum.add(200 + used);
                }
                return result.admitted();
            });

            assertNoMinuteOver(passed, TPM);
            assertUsed(passed, TPM);
        }
    }

    /** The clock advances during the requests: each is counted in the second of its reservation. */
    @Test
    void limitsHoldWhileTheClockAdvances() throws Exception {
        for (int seed = 0; seed < ConcurrentClients.SEEDS; seed++) {
            SlidingWindow window = new SlidingWindow();
            ManualClock ticks = new ManualClock();
            AtomicLongArray booked = new AtomicLongArray(4000);

            clients.each(seed, dice -> {
                for (int i = 0; i < 40; i++) {
                    ticks.advance(dice.nextInt(60));
                    long count = 1L + dice.nextInt(9);
                    long second = window.reserve(count, 500, ticks.millis() / 1000);
                    if (second >= 0 && dice.nextInt(5) == 0) {
                        window.release(count, second);
                    } else if (second >= 0) {
                        booked.addAndGet((int) second - 1000, count);
                    }
                }
            });

            for (int from = 0; from + 61 < booked.length(); from++) {
                long sum = 0;
                for (int i = from; i < from + 61; i++) {
                    sum += booked.get(i);
                }
                assertThat(sum).as("in 61 seconds from %d", from).isLessThanOrEqualTo(500);
            }
            ticks.advance(2 * MINUTE + 10_000);
            assertThat(window.used(ticks.millis() / 1000))
                    .as("after two minutes")
                    .isZero();
        }
    }

    @Test
    void concurrencyIsNeverExceeded() throws Exception {
        int most = 20;
        for (int seed = 0; seed < ConcurrentClients.SEEDS; seed++) {
            Quota quota = new Quota(new ManualClock(), alert -> {});
            Principal caller = key("ci", new Limits(0, 0, 0, 0, most), QuotaFixtures.hard(1_000_000_000));
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger highest = new AtomicInteger();

            clients.each(seed, dice -> {
                for (int i = 0; i < 20; i++) {
                    try (Reservation reservation =
                            quota.admit(chat(caller, 1, 1)).reservation()) {
                        if (reservation != Reservation.NONE) {
                            highest.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            ConcurrentClients.pause();
                            inside.decrementAndGet();
                        }
                    }
                }
            });

            assertThat(highest.get()).isBetween(most * 95 / 100, most);
            assertThat(quota.concurrency(QuotaScope.KEY, "ci")).isZero();
            assertThat(quota.spent(QuotaScope.KEY, "ci", Period.MONTH)).isZero();
        }
    }

    /** One request of a client: records the amount used, and returns whether it was admitted. */
    private interface ClientRequest {
        boolean send(Random dice, LongAdder sum);
    }

    /** At every step of the clock, each client sends requests until one is refused. */
    private List<Admitted> runClients(int seed, ManualClock ticks, ClientRequest request) throws Exception {
        List<Admitted> passed = new ArrayList<>();
        Random steps = new Random(seed);
        long end = ticks.millis() + MINUTES * MINUTE;
        while (ticks.millis() < end) {
            LongAdder sum = new LongAdder();
            clients.each(ticks.millis() + seed, dice -> {
                while (request.send(dice, sum)) {
                    ConcurrentClients.pause(dice);
                }
            });
            passed.add(new Admitted(ticks.millis(), sum.sum()));
            ticks.advance(200L + steps.nextInt(4000));
        }
        return passed;
    }

    private static void assertNoMinuteOver(List<Admitted> passed, long limit) {
        for (int from = 0; from < passed.size(); from++) {
            long begin = passed.get(from).millis();
            long sum = passed.stream()
                    .filter(one -> one.millis() >= begin && one.millis() < begin + MINUTE)
                    .mapToLong(Admitted::count)
                    .sum();
            assertThat(sum).as("in the minute from %d", begin).isLessThanOrEqualTo(limit);
        }
    }

    private static void assertUsed(List<Admitted> passed, long limit) {
        long span = passed.get(passed.size() - 1).millis() - passed.get(0).millis();
        long sum = passed.stream().mapToLong(Admitted::count).sum();
        assertThat(sum).as("used of what there is").isGreaterThanOrEqualTo((long) (limit * (span / MINUTE) * 0.95));
    }
}
