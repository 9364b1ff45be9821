package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.USD;
import static dev.sluice.quota.QuotaFixtures.billed;
import static dev.sluice.quota.QuotaFixtures.chat;
import static dev.sluice.quota.QuotaFixtures.hard;
import static dev.sluice.quota.QuotaFixtures.key;
import static dev.sluice.quota.QuotaFixtures.team;
import static dev.sluice.quota.QuotaFixtures.unbilled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two hundred concurrent clients spend a hard budget, fifty times: it is never exceeded, and can be spent. */
final class BudgetNeverOvershootsTest {

    private static final long BUDGET = USD;

    /** Consecutive refusals after which a client stops. The last client to stop runs alone. */
    private static final int PATIENCE = 50;

    private final ConcurrentClients clients = new ConcurrentClients();

    @AfterEach
    void stop() {
        clients.close();
    }

    @Test
    void aKeysBudgetIsNeverExceeded() throws Exception {
        Principal one = key("ci", Limits.NONE, hard(BUDGET));

        everySeed(QuotaPolicy.OPEN, List.of(one), QuotaScope.KEY, "ci");
    }

    @Test
    void aTeamsBudgetIsNeverExceededByTwentyKeys() throws Exception {
        List<Principal> keys = IntStream.range(0, 20)
                .mapToObj(i -> key("k" + i, "core", null, Limits.NONE, hard(BUDGET)))
                .toList();

        everySeed(team("core", Limits.NONE, hard(BUDGET)), keys, QuotaScope.TEAM, "core");
    }

    private void everySeed(QuotaPolicy policy, List<Principal> keys, QuotaScope scope, String name) throws Exception {
        for (int seed = 0; seed < ConcurrentClients.SEEDS; seed++) {
            Quota quota = new Quota(new ManualClock(), alert -> {});
            quota.applyPolicy(policy);
            LongAdder settled = new LongAdder();

            clients.each(seed, dice -> spendAll(quota, keys, dice, settled));

            assertThat(settled.sum()).as("spent, seed %d", seed).isBetween(BUDGET * 95 / 100, BUDGET);
            assertThat(quota.spent(scope, name, hard(1).period())).isEqualTo(settled.sum());
            assertThat(quota.reserved()).as("still reserved, seed %d", seed).isZero();
            assertThat(quota.openReservations()).isZero();
        }
    }

    private static void spendAll(Quota quota, List<Principal> keys, Random dice, LongAdder settled) {
        int refused = 0;
        while (refused < PATIENCE) {
            Principal caller = keys.get(dice.nextInt(keys.size()));
            long prompt = 1L + dice.nextInt(2000);
            long cap = dice.nextInt(3) == 0 ? 0 : 1L + dice.nextInt(1000);
            AdmissionResult result = quota.admit(chat(caller, prompt, cap));
            if (!result.admitted()) {
                refused++;
                ConcurrentClients.pause();
                continue;
            }
            refused = 0;
            try (Reservation reservation = result.reservation()) {
                exchange(reservation, prompt, cap == 0 ? result.completionCap() : cap, dice, settled);
            }
        }
    }

    private static void exchange(Reservation reservation, long prompt, long cap, Random dice, LongAdder settled) {
        assertThat(reservation.extend(QuotaFixtures.GPT))
                .as("the first is paid for")
                .isNull();
        do {
            ConcurrentClients.pause(dice);
            boolean hedged = dice.nextInt(8) == 0 && reservation.extend(QuotaFixtures.GPT) == null;
            settle(reservation, attempt(prompt, cap, dice), settled);
            ConcurrentClients.pause(dice);
            if (hedged) {
                settle(reservation, attempt(prompt, cap, dice), settled);
            }
            // One attempt in four fails or is cut off, and is repeated if the budget covers it.
        } while (dice.nextInt(4) == 0 && reservation.extend(QuotaFixtures.GPT) == null);
    }

    private static void settle(Reservation reservation, AttemptRecord attempt, LongAdder settled) {
        reservation.settle(attempt);
        settled.add(attempt.costNanoUsd());
    }

    private static AttemptRecord attempt(long prompt, long cap, Random dice) {
        return switch (dice.nextInt(4)) {
            case 0 -> unbilled();
            case 1 -> billed(prompt, cap);
            default -> billed(dice.nextInt((int) prompt + 1), dice.nextInt((int) cap + 1));
        };
    }
}
