package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
import dev.sluice.quota.QuotaRequest;
import dev.sluice.quota.QuotaScope;
import dev.sluice.route.Target;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tests of {@link QuotaReservation}: what a request reserves and when it is released. */
class QuotaReservationTest {

    private static final Target LIMITED = new Target("limited", "m", 1, 1);

    private final FakeListener listener = new FakeListener();

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void nothingIsReservedWhereNothingIsLimited() {
        assertThat(reserve(Principal.OPEN, "two")).isNull();
    }

    @Test
    void aFullLedgerRefusesEveryRequest() {
        listener.ledgerFull = true;

        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> reserve(Principal.OPEN, "two"));

        assertThat(refusal.error().code()).isEqualTo("ledger_full");
        assertThat(refusal.error().retryAfterMillis()).isEqualTo(1_000);
    }

    @Test
    void aRequestBeyondItsLimitIsRefusedAndCounted() {
        Principal caller = FakeListener.callerWithRpm(1);
        reserve(caller, "one").requireAdmitted();

        QuotaReservation second = reserve(caller, "one");
        GatewayException refusal = catchThrowableOfType(GatewayException.class, second::requireAdmitted);

        assertThat(refusal.error().status()).isEqualTo(429);
        assertThat(listener.metrics)
                .containsExactly("refused key " + refusal.error().code());
    }

    @Test
    void aRefusedSessionReceivesItsLimitsAsHeaders() {
        Principal caller = FakeListener.callerWithRpm(1);
        session(caller, new FakeHttp());
        FakeHttp http = new FakeHttp();

        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> session(caller, http));

        assertThat(refusal.error().status()).isEqualTo(429);
        assertThat(http.headers.get("x-ratelimit-limit-requests")).isEqualTo("1");
    }

    @Test
    void theSharesOfAllAttemptsAreReleasedOnceTheyHaveSettled() {
        QuotaReservation reservation = reserve(callerWithConcurrency(), "two");
        AttemptReservation first = reservation.reserve(FakeListener.A);
        AttemptReservation hedge = reservation.reserve(FakeListener.B);

        reservation.settle(record(1), first, 0);
        reservation.release();
        assertThat(listener.quota.concurrency(QuotaScope.KEY, "k1")).isEqualTo(1);
        reservation.settle(record(2), hedge, 0);

        assertThat(listener.quota.concurrency(QuotaScope.KEY, "k1")).isZero();
    }

    @Test
    void settledAttemptsKeepTheReservationWhileAnotherMayFollow() {
        QuotaReservation reservation = reserve(callerWithConcurrency(), "two");

        reservation.settle(record(1), reservation.reserve(FakeListener.A), 0);

        assertThat(listener.quota.concurrency(QuotaScope.KEY, "k1")).isEqualTo(1);
    }

    @Test
    void aProvidersLimitRefusesTheAttemptAndNotTheRequest() {
        QuotaReservation reservation = reserve(Principal.OPEN, "full");
        AttemptReservation first = reservation.reserve(LIMITED);

        AttemptReservation second = reservation.reserve(LIMITED);

        assertThat(first.refusal()).isNull();
        assertThat(first.provider()).isNotNull();
        assertThat(second.refusal().failure()).isEqualTo(FailureCode.LIMITS_SPENT);
        assertThat(second.refusal().otherTargetMayServe()).isTrue();
        assertThat(reservation.reserve(FakeListener.B).refusal()).isNull();
    }

    @Test
    void anAttemptRefusedByTheBudgetReleasesTheProvidersShare() {
        // 1000 tokens at 8 USD a million: one attempt fits a budget of 0.01 USD, a second one beside it does not.
        QuotaReservation reservation = reserve(
                callerWithBudget(10_000_000L),
                "full",
                Protocols.read(
                        Surface.CHAT_COMPLETIONS,
                        ByteSlice.of("{\"model\":\"full\",\"max_tokens\":1000,\"messages\":"
                                + "[{\"role\":\"user\",\"content\":\"Hi\"}]}")));
        reservation.requireAdmitted();
        reservation.reserve(FakeListener.B);

        GatewayError unpaid = reservation.reserve(LIMITED).refusal();

        assertThat(unpaid.code()).isEqualTo("budget_exceeded");
        assertThat(listener.quota.admitProvider("limited", request()).admitted())
                .isTrue();
    }

    @Test
    void aSessionThatHasSpentItsBudgetIsNotCovered() {
        QuotaReservation session = session(callerWithBudget(1_000_000L), new FakeHttp());

        // 2 USD for a million tokens: 100 tokens are 0.0002 USD, 1000 are 0.002 USD.
        assertThat(session.chargeSoFar(FakeListener.A, prompt(100))).isTrue();
        assertThat(session.chargeSoFar(FakeListener.A, prompt(1_000))).isFalse();
        assertThat(session.chargeSoFar(FakeListener.A, Usage.UNKNOWN)).isTrue();
    }

    /** 2 USD for a million tokens of the prompt: an image is at most 0.009568 USD, one that keeps its size 0.06 USD. */
    @Test
    void eachImageIsReservedUpToTheContextWindow() {
        assertThat(reserved("one", 1)).isBetween(9_568_000L, 10_000_000L);
        assertThat(reserved("one", 20)).isBetween(191_360_000L, 195_000_000L);
        assertThat(reserved("large", 2)).isBetween(120_000_000L, 121_000_000L);
        // The window is 100,000 tokens, and the text has a few hundred bytes.
        assertThat(reserved("large", 20)).isBetween(200_000_000L, 205_000_000L);
    }

    /** The budget reserved for a prompt with as many images and a completion of one token. */
    private long reserved(String model, int images) {
        String image = ",{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}";
        QuotaReservation reservation = reserve(
                callerWithBudget(10_000_000_000L),
                model,
                Protocols.read(
                        Surface.CHAT_COMPLETIONS,
                        ByteSlice.of("{\"model\":\"" + model + "\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\","
                                + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}" + image.repeat(images) + "]}]}")));
        reservation.requireAdmitted();
        long reserved = listener.quota.reserved(QuotaScope.KEY, "k1", Budget.Period.DAY);
        reservation.release();
        return reserved;
    }

    private QuotaReservation reserve(Principal caller, String model) {
        return reserve(caller, model, FakeListener.chat(false));
    }

    private QuotaReservation reserve(Principal caller, String model, ClientRequest request) {
        return QuotaReservation.of(
                listener.context, listener.snapshot.routes(), caller, request, listener.plan(model), 60_000, null);
    }

    private QuotaReservation session(Principal caller, FakeHttp http) {
        return QuotaReservation.ofSession(
                listener.context,
                listener.snapshot.routes(),
                caller,
                FakeListener.chat(false),
                listener.plan("one"),
                http.response);
    }

    static QuotaRequest request() {
        List<QuotaRequest.PricedTarget> targets =
                List.of(new QuotaRequest.PricedTarget("limited", "m", ModelPrices.FREE, 0));
        return new QuotaRequest(Principal.OPEN, null, targets, 1, 1, 1, 1, true, false, null, 60_000);
    }

    private static Principal callerWithConcurrency() {
        return FakeListener.caller(new Limits(0, 0, 0, 0, 5), null);
    }

    private static Principal callerWithBudget(long nanoUsd) {
        return FakeListener.caller(Limits.NONE, new Budget(nanoUsd, Budget.Period.DAY, 0.8, true));
    }

    private static Usage prompt(long tokens) {
        return new Usage(tokens, 0, 0, 0, 0, Usage.NO_COST, true);
    }

    private static AttemptRecord record(int attempt) {
        return new AttemptRecord(
                "req-1",
                attempt,
                "k1",
                null,
                null,
                "two",
                "a",
                "m",
                "chat",
                Usage.UNKNOWN,
                0,
                CostSource.NONE,
                "ok",
                null,
                200,
                0,
                0,
                -1);
    }
}
