package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.exchange.AttemptRecorder.Outcome;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Principal;
import dev.sluice.model.Relay;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
import dev.sluice.route.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The tests of {@link AttemptRecorder}: cost and its source. A million tokens cost 2 USD of input and 8 USD of output.
 */
class AttemptRecorderTest {

    private static final Usage REPORTED = new Usage(10, 5, 0, 0, 0, Usage.NO_COST, true);
    private static final long REPORTED_NANO_USD = 10 * 2_000 + 5 * 8_000;

    private final FakeListener listener = new FakeListener();
    private final RequestContext context = FakeListener.requestContext(Principal.OPEN);
    private final ClientRequest chat = FakeListener.chat(true);
    private final AttemptHandle attempt = new AttemptHandle(1, FakeListener.A, AttemptReservation.UNLIMITED);

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void reportedUsageIsPricedByTheTable() {
        AttemptRecord record = record(chat, Outcome.OK, REPORTED, 200);

        assertThat(record.usage()).isEqualTo(REPORTED);
        assertThat(record.costNanoUsd()).isEqualTo(REPORTED_NANO_USD);
        assertThat(record.costSource()).isEqualTo(CostSource.COMPUTED);
        assertThat(context.costNanoUsd).isEqualTo(REPORTED_NANO_USD);
        assertThat(context.usage).isEqualTo(REPORTED);
    }

    @Test
    void aReportedCostIsTaken() {
        Usage priced = new Usage(10, 5, 0, 0, 0, 123_456, true);

        AttemptRecord record = record(chat, Outcome.OK, priced, 200);

        assertThat(record.costNanoUsd()).isEqualTo(123_456);
        assertThat(record.costSource()).isEqualTo(CostSource.REPORTED);
    }

    @Test
    void aModelWithoutAPriceHasAnUnknownCost() {
        AttemptHandle unpriced =
                new AttemptHandle(1, new Target("a", "unlisted-model", 1, 1), AttemptReservation.UNLIMITED);

        AttemptRecord record = AttemptRecorder.of(
                context, chat, listener.snapshot.routes(), unpriced, Outcome.OK, REPORTED, 200, null);

        assertThat(record.costNanoUsd()).isEqualTo(-1);
        assertThat(record.costSource()).isEqualTo(CostSource.UNKNOWN);
        assertThat(context.costNanoUsd).isEqualTo(-1);
    }

    @Test
    void anUnknownCostStaysUnknownOverLaterAttempts() {
        context.costNanoUsd = -1;

        record(chat, Outcome.OK, REPORTED, 200);

        assertThat(context.costNanoUsd).isEqualTo(-1);
    }

    @Test
    void aStreamThatWasCutIsEstimatedFromItsBatches() {
        attempt.respondedNanos = System.nanoTime();
        for (int i = 0; i < 7; i++) {
            attempt.received(1);
        }

        AttemptRecord record = record(chat, Outcome.FAILED, Usage.UNKNOWN, 200);

        assertThat(record.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(record.usage().completionTokens()).isEqualTo(7);
        assertThat(record.usage().promptTokens()).isEqualTo(promptTokens(chat));
    }

    @Test
    void aFailureThatTheProviderDoesNotBillCostsNothing() {
        AttemptRecord record = record(chat, Outcome.FAILED, Usage.UNKNOWN, 503);

        assertThat(record.costNanoUsd()).isZero();
        assertThat(record.costSource()).isEqualTo(CostSource.NONE);
        assertThat(record.usage()).isEqualTo(Usage.UNKNOWN);
        assertThat(record.firstTokenMillis()).isEqualTo(-1);
    }

    @Test
    void aCancelledAttemptThatMayBeBilledIsEstimated() {
        attempt.mayBeBilled = true;

        AttemptRecord record = record(chat, Outcome.CANCELLED, Usage.UNKNOWN, 499);

        assertThat(record.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(record.usage().completionTokens()).isEqualTo(1);
        assertThat(record.costNanoUsd()).isEqualTo(promptTokens(chat) * 2_000 + 8_000);
    }

    @Test
    void theLoserWhoseStreamWasCompleteHasItsReportedUsage() {
        attempt.complete = true;

        AttemptRecord record = record(chat, Outcome.CANCELLED, REPORTED, 200);

        assertThat(record.usage()).isEqualTo(REPORTED);
        assertThat(record.costSource()).isEqualTo(CostSource.COMPUTED);
    }

    @Test
    void unreadBodiesAreNotEstimated() {
        ClientRequest upload = ClientRequest.relayed(
                Surface.PASSTHROUGH, "*", ByteSlice.EMPTY, new Relay("POST", "/x", null, null, true));
        attempt.mayBeBilled = true;
        attempt.received(1_000);

        assertThat(record(upload, Outcome.CANCELLED, Usage.UNKNOWN, 499).usage())
                .isEqualTo(Usage.UNKNOWN);
    }

    @Test
    void theRecordNamesCallerTargetAndOutcome() {
        context.route = "two";

        AttemptRecord record = AttemptRecorder.of(
                context, chat, listener.snapshot.routes(), attempt, Outcome.FAILED, Usage.UNKNOWN, 503, "down");

        assertThat(record.requestId()).isEqualTo("req-1");
        assertThat(record.attempt()).isEqualTo(1);
        assertThat(record.key()).isEqualTo("open");
        assertThat(record.route()).isEqualTo("two");
        assertThat(record.provider() + "/" + record.model()).isEqualTo("a/m");
        assertThat(record.outcome()).isEqualTo("failed");
        assertThat(record.errorCode()).isEqualTo("down");
        assertThat(record.status()).isEqualTo(503);
    }

    @Test
    void estimatesThePromptAsItsReservationDoes() {
        String image = "A".repeat(40_000);
        ClientRequest withImage = Protocols.read(
                Surface.CHAT_COMPLETIONS,
                ByteSlice.of("{\"model\":\"two\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                        + "\"image_url\":{\"url\":\"data:image/png;base64," + image + "\"}}]}]}"));
        attempt.mayBeBilled = true;

        AttemptRecord record = record(withImage, Outcome.CANCELLED, Usage.UNKNOWN, 499);

        assertThat(record.usage().promptTokens())
                .as("the bytes of an image do not count as tokens")
                .isEqualTo(promptTokens(withImage))
                .isLessThan(100);
    }

    @Test
    void anImpossibleReportIsNoReport() {
        Usage completion = new Usage(10, 10_000_001, 0, 0, 0, Usage.NO_COST, true);
        Usage prompt = new Usage(100_000_001, 5, 0, 0, 0, Usage.NO_COST, true);
        Usage cached = new Usage(10, 5, 0, Usage.MAX_TOKENS, 0, Usage.NO_COST, true);

        for (Usage impossible : new Usage[] {completion, prompt, cached}) {
            assertThat(plausible(chat, impossible)).isEqualTo(Usage.UNKNOWN);
        }
        Usage most = new Usage(100_000_000, 10_000_000, 99_000_000, 0, 0, 900_000_000_000L, true);
        assertThat(plausible(chat, most)).isSameAs(most);
        assertThat(plausible(chat, REPORTED)).isSameAs(REPORTED);
    }

    @Test
    void theLongestCompletionDependsOnTheModelAndTheChoices() {
        Target known = new Target("a", "gpt-4o", 1, 1);
        AttemptHandle ofKnown = new AttemptHandle(1, known, AttemptReservation.UNLIMITED);
        Usage twoMillion = new Usage(10, 2_000_000, 0, 0, 0, Usage.NO_COST, true);
        ClientRequest two = Protocols.read(
                Surface.CHAT_COMPLETIONS,
                ByteSlice.of("{\"model\":\"one\",\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));

        assertThat(listener.snapshot.routes().facts(known).contextTokens()).isEqualTo(128_000);
        assertThat(AttemptRecorder.plausible(chat, listener.snapshot.routes(), ofKnown, twoMillion))
                .isEqualTo(Usage.UNKNOWN);
        assertThat(AttemptRecorder.plausible(two, listener.snapshot.routes(), ofKnown, twoMillion))
                .isSameAs(twoMillion);
    }

    @Test
    void anImpossibleCostIsComputedInstead() {
        Usage costly = new Usage(10, 5, 0, 0, 0, 1_000_000_000_001L, true);

        assertThat(plausible(chat, costly)).isEqualTo(REPORTED);
    }

    private Usage plausible(ClientRequest request, Usage reported) {
        return AttemptRecorder.plausible(request, listener.snapshot.routes(), attempt, reported);
    }

    private static long promptTokens(ClientRequest request) {
        return TokenEstimates.promptTokens(request, Protocols.requirements(request));
    }

    private AttemptRecord record(ClientRequest request, Outcome outcome, Usage usage, int status) {
        return AttemptRecorder.of(context, request, listener.snapshot.routes(), attempt, outcome, usage, status, null);
    }
}
