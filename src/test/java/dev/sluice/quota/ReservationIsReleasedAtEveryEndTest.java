package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.USD;
import static dev.sluice.quota.QuotaFixtures.billed;
import static dev.sluice.quota.QuotaFixtures.chat;
import static dev.sluice.quota.QuotaFixtures.cost;
import static dev.sluice.quota.QuotaFixtures.hard;
import static dev.sluice.quota.QuotaFixtures.key;
import static dev.sluice.quota.QuotaFixtures.unbilled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Usage;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** At every end of an exchange its permit is free, nothing stays reserved, and the usage is counted once. */
final class ReservationIsReleasedAtEveryEndTest {

    private static final long PROMPT = 100;
    private static final long CAP = 50;
    private static final long TPM = 10_000;
    private static final long WHOLE = PROMPT * 2_500 + CAP * 10_000;

    private final ManualClock ticks = new ManualClock();
    private final Quota quota = new Quota(ticks, alert -> {});
    private final Principal caller = key("ci", new Limits(1000, TPM, 0, 0, 10), hard(USD));

    /** The end of an exchange, with its cost and the tokens used. */
    enum Ending {
        FINISHED(WHOLE, PROMPT + CAP, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, CAP));
            reservation.close();
        }),
        FINISHED_EARLY(PROMPT * 2_500 + 10_000, PROMPT + 1, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, 1));
            reservation.close();
        }),
        CLOSED_TWICE(WHOLE, PROMPT + CAP, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, CAP));
            reservation.close();
            reservation.close();
        }),
        FAILED_UNBILLED(0, 0, (quota, reservation) -> {
            reservation.settle(unbilled());
            reservation.close();
        }),
        FAILED_BILLED_AND_RETRIED(PROMPT * 2_500 + WHOLE, 2 * PROMPT + CAP, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, 0));
            assertThat(reservation.extend(QuotaFixtures.GPT)).isNull();
            reservation.settle(billed(PROMPT, CAP));
            reservation.close();
        }),
        CANCELLED_BEFORE_DISPATCH(0, 0, (quota, reservation) -> reservation.close()),
        CANCELLED_BEFORE_THE_FIRST_EVENT(PROMPT * 2_500, PROMPT, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, 0));
            reservation.close();
        }),
        CANCELLED_IN_THE_MIDDLE(PROMPT * 2_500 + 200_000, PROMPT + 20, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, 20));
            reservation.close();
        }),
        CANCELLED_BETWEEN_ATTEMPTS(PROMPT * 2_500, PROMPT, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, 0));
            assertThat(reservation.extend(QuotaFixtures.GPT)).isNull();
            reservation.close();
        }),
        DEARER_THAN_RESERVED(USD / 2, 2, (quota, reservation) -> {
            reservation.settle(cost(USD / 2));
            reservation.close();
        }),
        COST_NOT_KNOWN(0, PROMPT, (quota, reservation) -> {
            reservation.settle(QuotaFixtures.attempt(Usage.UNKNOWN, -1, CostSource.UNKNOWN));
            reservation.close();
        }),
        FORGOTTEN(0, 0, (quota, reservation) -> ((ManualClock) quota.clock()).advance(Duration.ofSeconds(90))),
        FORGOTTEN_THEN_SETTLED(WHOLE, PROMPT + CAP, (quota, reservation) -> {
            ((ManualClock) quota.clock()).advance(Duration.ofSeconds(90));
            assertThat(quota.sweep()).isOne();
            reservation.settle(billed(PROMPT, CAP));
            reservation.close();
        }),
        EXTENDED_AFTER_THE_END_WITH_SOME_LEFT(PROMPT * 2_500, PROMPT, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, 0));
            reservation.close();
            assertThat(reservation.extend(QuotaFixtures.GPT)).isNotNull();
        }),
        EXTENDED_AFTER_THE_END(WHOLE, PROMPT + CAP, (quota, reservation) -> {
            reservation.settle(billed(PROMPT, CAP));
            reservation.close();
            assertThat(reservation.extend(QuotaFixtures.GPT)).isNotNull();
        });

        private final long cost;
        private final long tokens;

        @SuppressWarnings("ImmutableEnumChecker") // lambdas that hold nothing
        private final BiConsumer<Quota, Reservation> end;

        Ending(long cost, long tokens, BiConsumer<Quota, Reservation> end) {
            this.cost = cost;
            this.tokens = tokens;
            this.end = end;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyEndReleasesTheReservation(Ending ending) {
        Reservation reservation = quota.admit(chat(caller, PROMPT, CAP)).reservation();
        assertThat(quota.reserved()).isEqualTo(WHOLE);
        assertThat(quota.concurrency(QuotaScope.KEY, "ci")).isOne();

        ending.end.accept(quota, reservation);
        quota.sweep();

        assertThat(quota.reserved()).isZero();
        assertThat(quota.openReservations()).isZero();
        assertThat(quota.concurrency(QuotaScope.KEY, "ci")).isZero();
        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.MONTH)).isEqualTo(ending.cost);
        RateLimitHeaders.LimitStatus tokens =
                quota.admit(chat(caller, 0, 0)).rates().tokens();
        assertThat(TPM - tokens.remaining() - TokenEstimates.USUAL_COMPLETION).isEqualTo(ending.tokens);
    }

    @Test
    void restartsKeepTheSpendingInTheLedger() {
        quota.admit(chat(caller, PROMPT, CAP)).reservation().settle(billed(PROMPT, CAP));

        Quota after = new Quota(ticks, alert -> {});
        after.restore(
                QuotaScope.KEY,
                "ci",
                after.counted(Period.MONTH, after.periodStart(Period.MONTH)),
                quota.spent(QuotaScope.KEY, "ci", Period.MONTH));

        assertThat(after.spent(QuotaScope.KEY, "ci", Period.MONTH)).isEqualTo(WHOLE);
        assertThat(after.reserved()).isZero();
        assertThat(after.concurrency(QuotaScope.KEY, "ci")).isZero();
    }

    @Test
    void rejectedRequestsReserveNothing() {
        QuotaPolicy team = QuotaFixtures.team("core", Limits.NONE, hard(WHOLE - 1));
        quota.applyPolicy(team);
        Principal member = key("ci", "core", null, new Limits(1000, TPM, TPM, TPM, 10), hard(USD));

        AdmissionResult result = quota.admit(chat(member, PROMPT, CAP));

        assertThat(result.refusal().code()).isEqualTo("budget_exceeded");
        assertThat(quota.reserved()).isZero();
        assertThat(quota.concurrency(QuotaScope.KEY, "ci")).isZero();
        assertThat(quota.concurrency(QuotaScope.TEAM, "core")).isZero();
        quota.applyPolicy(QuotaPolicy.OPEN);
        RateLimitHeaders after = quota.admit(chat(member, 0, 1)).rates();
        assertThat(after.requests().remaining()).isEqualTo(999);
        assertThat(after.tokens().remaining()).isEqualTo(TPM - 1);
        assertThat(after.input().remaining()).isEqualTo(TPM);
        assertThat(after.output().remaining()).isEqualTo(TPM - 1);
    }
}
