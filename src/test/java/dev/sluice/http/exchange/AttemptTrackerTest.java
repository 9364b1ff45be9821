package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.ProviderReply;
import dev.sluice.http.exchange.AttemptRecorder.Outcome;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.quota.QuotaScope;
import dev.sluice.route.Target;
import dev.sluice.stream.CreditStream;
import dev.sluice.testkit.CapturedLog;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tests of {@link AttemptTracker}: running attempts, the choice of the winner, and one record per attempt. */
class AttemptTrackerTest {

    private static final Usage USED = new Usage(3, 5, 0, 0, 0, Usage.NO_COST, true);

    private final FakeListener listener = new FakeListener();
    private final RequestContext context = FakeListener.requestContext(Principal.OPEN);
    private final ClientRequest request = FakeListener.chat(true);
    private final ExplainTrace trace = new ExplainTrace(listener.plan("two"));
    private final AttemptTracker tracker =
            new AttemptTracker(listener.context, listener.snapshot, context, trace, null);

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void attemptsAreNumberedAndTheLatestIsReported() {
        AttemptHandle first = start(FakeListener.A);
        AttemptHandle second = start(FakeListener.B);

        assertThat(List.of(first.number, second.number)).containsExactly(1, 2);
        assertThat(context.attempts).isEqualTo(2);
        assertThat(context.attemptsOpen).isEqualTo(2);
        assertThat(context.provider).isEqualTo("b");
        assertThat(tracker.longestRunning()).isSameAs(first);
    }

    @Test
    void anImpossibleUsageIsEstimatedAndReported() {
        AttemptHandle attempt = start(FakeListener.A);
        attempt.respondedNanos = System.nanoTime();
        attempt.received(40);
        try (CapturedLog log = CapturedLog.open()) {
            // As each format reads a negative number.
            Usage impossible = new Usage(10, Usage.MAX_TOKENS, 0, 0, 0, Usage.NO_COST, true);

            tracker.finish(attempt, request, Outcome.OK, impossible, 200, null);

            AttemptRecord record = listener.records.getFirst();
            assertThat(record.costSource()).isEqualTo(AttemptRecord.CostSource.ESTIMATED);
            assertThat(record.usage().completionTokens()).isEqualTo(1);
            assertThat(context.usage.totalTokens()).isZero();
            assertThat(listener.metrics).contains("usageImplausible a");
            assertThat(log.lines()).anyMatch(line -> line.startsWith("WARN a reported an impossible usage"));
        }
    }

    /** A usage that is null stands for any fault of the recorder. */
    @Test
    void anAttemptWhoseRecordCannotBeMadeEndsWithAnUnknownCost() {
        AttemptHandle attempt = start(FakeListener.A);
        listener.context.responseEnded(context);
        try (CapturedLog log = CapturedLog.open()) {
            tracker.finish(attempt, request, Outcome.OK, null, 200, null);

            requireEnded(log);
        }
        assertThat(listener.records).singleElement().satisfies(record -> {
            assertThat(record.requestId()).isEqualTo("req-1");
            assertThat(record.outcome()).isEqualTo("ok");
            assertThat(record.costSource()).isEqualTo(AttemptRecord.CostSource.UNKNOWN);
        });
    }

    @Test
    void anAttemptThatTheLedgerDoesNotTakeEnds() {
        listener.ledgerFailure = new InternalError("a fault in a mapped file");
        AttemptHandle attempt = start(FakeListener.A);
        listener.context.responseEnded(context);
        try (CapturedLog log = CapturedLog.open()) {
            tracker.finish(attempt, request, Outcome.OK, USED, 200, null);

            requireEnded(log);
        }
    }

    @Test
    void anAttemptThatCannotBeSettledReleasesItsReservations() {
        listener.alertFailure = new IllegalStateException("a bug in an alert");
        Principal caller = FakeListener.caller(
                new Limits(0, 0, 0, 0, 5), new Budget(1_000_000_000L, Budget.Period.DAY, 0.0001, false));
        QuotaReservation reservation = QuotaReservation.of(
                listener.context, listener.snapshot.routes(), caller, request, listener.plan("full"), 60_000, null);
        AttemptTracker limited = new AttemptTracker(listener.context, listener.snapshot, context, trace, reservation);
        Target target = listener.plan("full").targets().getFirst();
        AttemptHandle attempt = limited.start(target, limited.reserve(target), false);
        listener.context.responseEnded(context);
        try (CapturedLog log = CapturedLog.open()) {
            limited.finish(
                    attempt, request, Outcome.OK, new Usage(1_000, 1_000, 0, 0, 0, Usage.NO_COST, true), 200, null);
            reservation.release();

            requireEnded(log);
        }
        assertThat(listener.quota.concurrency(QuotaScope.KEY, "k1")).isZero();
        assertThat(listener.quota.spent(QuotaScope.KEY, "k1", Budget.Period.DAY))
                .isEqualTo(10_000_000);
        assertThat(listener.quota.reserved(QuotaScope.KEY, "k1", Budget.Period.DAY))
                .isZero();
    }

    /** The metric of requests in flight is counted down once, and one error names the request. */
    private void requireEnded(CapturedLog log) {
        assertThat(context.attemptsOpen).isZero();
        assertThat(listener.metrics.stream().filter("record context"::equals)).hasSize(1);
        assertThat(log.lines()).containsExactly("ERROR a request failed inside Sluice");
        assertThat(log.values("request_id")).containsExactly("req-1");
    }

    @Test
    void theTrackerIsIdleWhenEveryAttemptHasReplied() {
        AttemptHandle first = start(FakeListener.A);
        AttemptHandle second = start(FakeListener.B);

        tracker.replied(first);
        assertThat(tracker.idle()).isFalse();
        tracker.replied(second);

        assertThat(tracker.idle()).isTrue();
    }

    @Test
    void theChosenAttemptIsReportedAndTheOthersAreCancelled() {
        long before = System.nanoTime();
        AttemptHandle winner = start(FakeListener.A);
        AttemptHandle loser = start(FakeListener.B);
        List<CancelCause> causes = new ArrayList<>();
        tracker.replied(winner);

        tracker.choose(winner);

        long after = System.nanoTime();
        loser.cancel.listen(null, causes::add);
        assertThat(causes).containsExactly(CancelCause.HEDGED);
        assertThat(loser.lost).isTrue();
        assertThat(winner.lost).isFalse();
        assertThat(winner.respondedNanos).isBetween(before, after);
        assertThat(context.provider).isEqualTo("a");
        assertThat(context.upstreamNanos).isBetween(1L, after - before);
        assertThat(tracker.idle()).isTrue();
    }

    @Test
    void theFirstAttemptAtATargetEarnsRetries() {
        RetryBudget budget = listener.retryBudgets.of("a");
        IntStream.range(0, RetryBudget.LOANS).forEach(loan -> budget.withdraw(System.nanoTime()));
        assertThat(budget.withdraw(System.nanoTime())).isFalse();

        IntStream.range(0, 100).forEach(i -> tracker.start(FakeListener.A, AttemptReservation.UNLIMITED, false));
        assertThat(budget.withdraw(System.nanoTime())).isFalse();
        IntStream.range(0, 100).forEach(i -> tracker.start(FakeListener.A, AttemptReservation.UNLIMITED, true));

        assertThat(budget.withdraw(System.nanoTime())).isTrue();
    }

    @Test
    void aFinishedAttemptIsRecordedOnceAndTraced() {
        AttemptHandle attempt = start(FakeListener.A);

        tracker.finish(attempt, request, Outcome.FAILED, Usage.UNKNOWN, 503, "overloaded");

        assertThat(listener.records).extracting(AttemptRecord::errorCode).containsExactly("overloaded");
        assertThat(context.attemptsOpen).isZero();
        assertThat(trace.tried()).matches("a/m 503 overloaded \\d+ms");
    }

    @Test
    void aStreamIsTracedAtItsStartOnly() {
        AttemptHandle attempt = start(FakeListener.A);

        tracker.streamStarted(attempt, 200);
        attempt.received(10);
        tracker.finish(attempt, request, Outcome.OK, USED, 200, null);

        assertThat(trace.tried()).matches("a/m 200 \\d+ms");
    }

    @Test
    void aCancelledAttemptHasStatus499() {
        AttemptHandle attempt = start(FakeListener.A);

        tracker.cancelled(attempt, request, Usage.UNKNOWN);

        assertThat(listener.records).extracting(AttemptRecord::status).containsExactly(499);
        assertThat(listener.records).extracting(AttemptRecord::outcome).containsExactly("cancelled");
    }

    @Test
    void theStreamOfALoserIsReadAndItsUsageRecorded() throws Exception {
        AttemptHandle loser = start(FakeListener.A);
        CompletableFuture<Integer> resumed = new CompletableFuture<>();
        Vertx vertx = Vertx.vertx();
        try {
            var loop = vertx.getOrCreateContext();
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop.runOnContext(v -> {
                CreditStream stream = new CreditStream(loop, loop, () -> resumed.complete(1));
                tracker.discard(loser, request, new ProviderReply.Streaming(stream, List.of(), null));
                stream.offer(ByteSlice.of(new byte[CreditStream.WINDOW]));
                stream.end(new StreamEnd.Complete(USED));
                loop.runOnContext(later -> done.complete(null));
            });
            done.get(10, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }

        assertThat(resumed).isCompletedWithValue(1);
        assertThat(listener.records).extracting(AttemptRecord::usage).containsExactly(USED);
        assertThat(listener.records).extracting(AttemptRecord::outcome).containsExactly("cancelled");
    }

    @Test
    void anUndeliveredCallFailsWithItsErrorOrAnInternalOne() {
        GatewayError known = GatewayError.of(Kind.UNAVAILABLE, "no provider");

        assertThat(tracker.undelivered(new GatewayException(known))).isEqualTo(ProviderReply.Failed.of(known));
        assertThat(tracker.undelivered(new IllegalStateException("bug")).error().kind())
                .isEqualTo(Kind.INTERNAL);
    }

    private AttemptHandle start(Target target) {
        return tracker.start(target, tracker.reserve(target), false);
    }
}
