package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CallPolicy.HoldLimits;
import dev.sluice.bus.CancelSignal;
import dev.sluice.model.CancelCause;
import dev.sluice.model.Deadline;
import dev.sluice.model.StreamEnd;
import dev.sluice.provider.DirectProvider;
import dev.sluice.stream.AttemptTimeouts;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A held stream is not committed: its failure is the attempt's, and the client receives none of its bytes. */
class HeldStreamsFailOverUnseenTest {

    private static final HoldLimits FEW = new HoldLimits(10, 60_000, false);
    private static final HoldLimits ALL = new HoldLimits(0, 0, true);

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static DirectProvider provider;

    @BeforeAll
    static void start() {
        provider = new DirectProvider(simulator.baseUrl(), ", breaker: { min_calls: 1000 }");
    }

    @AfterAll
    static void stop() {
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({
        "cut, upstream_truncated",
        "cut-clean, upstream_truncated",
        "reset-mid, upstream_truncated",
        "malformed, malformed_event",
        "oversized, event_too_large",
        "error-event, upstream_failed"
    })
    void aFailureOfAHeldStreamFailsTheAttempt(String fault, String code) {
        DirectProvider.Outcome outcome = ask("lorem-60_fault-" + fault + "@5", FEW);

        assertThat(outcome.failure().error().code()).isEqualTo(code);
        assertThat(outcome.failure().error().otherTargetMayServe()).isTrue();
        awaitIdle();
    }

    @Test
    void aFailureAfterTheCommitFailsTheStream() {
        DirectProvider.Outcome outcome = ask("lorem-60_fault-cut@20", FEW);

        assertThat(outcome.end()).isInstanceOf(StreamEnd.Failed.class);
        // The opening and twenty tokens: the held part came first.
        assertThat(ChatClient.chunks(outcome.bytes())).hasSize(21);
    }

    @ParameterizedTest
    @CsvSource({"cut, upstream_truncated", "malformed, malformed_event"})
    void aStreamHeldToItsEndArrivesCompleteOrNotAtAll(String fault, String code) {
        DirectProvider.Outcome outcome = ask("lorem-60_fault-" + fault + "@59", ALL);

        assertThat(outcome.failure().error().code()).isEqualTo(code);
        awaitIdle();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void holdingDoesNotChangeACompleteStream(boolean all) {
        DirectProvider.Outcome plain = ask("lorem-60", null);

        DirectProvider.Outcome held = ask("lorem-60", all ? ALL : FEW);

        assertThat(held.end()).isInstanceOf(StreamEnd.Complete.class);
        assertThat(held.end().usage().completionTokens()).isEqualTo(60);
        assertThat(withoutIds(held.bytes())).isEqualTo(withoutIds(plain.bytes()));
    }

    @Test
    void aStreamShorterThanTheHoldIsCommittedAtItsEnd() {
        DirectProvider.Outcome outcome = ask("lorem-3", new HoldLimits(1_000, 60_000, false));

        assertThat(outcome.end()).isInstanceOf(StreamEnd.Complete.class);
        assertThat(outcome.bytes()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void aSlowStreamIsCommittedAfterTheHoldTime() {
        DirectProvider.Outcome outcome = ask("lorem-60_fault-stall@5", new HoldLimits(1_000, 50, false), 400);

        assertThat(outcome.end()).isInstanceOf(StreamEnd.Failed.class);
        assertThat(ChatClient.chunks(outcome.bytes())).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSilentHeldStreamFailsTheAttempt(boolean all) {
        DirectProvider.Outcome outcome = ask("lorem-60_fault-stall@5", all ? ALL : FEW, 300);

        assertThat(outcome.failure().error().code()).isEqualTo("upstream_timeout");
        assertThat(outcome.failure().error().message()).contains("timeouts.idle of 300ms");
        awaitIdle();
    }

    @Test
    void aStreamTooLargeToHoldToItsEndFails() {
        DirectProvider.Outcome outcome = ask("lorem-40_bytes-500000", ALL);

        assertThat(outcome.failure().error().code()).isEqualTo("held_too_large");
        assertThat(outcome.failure().error().message()).contains("16777216 bytes", "hold: all");
        awaitIdle();
    }

    @Test
    void aStreamThatFillsTheBufferIsCommitted() {
        DirectProvider.Outcome outcome = ask("lorem-40_bytes-500000", new HoldLimits(1_000, 60_000, false));

        assertThat(outcome.end()).isInstanceOf(StreamEnd.Complete.class);
        assertThat(outcome.bytes().length()).isGreaterThan(HoldBuffer.MAX_BYTES);
    }

    @Test
    void cancellingAHeldStreamAbortsTheProvider() {
        CancelSignal cancel = new CancelSignal();
        Future<DirectProvider.Outcome> asked = provider.call(
                "test", "lorem-60_fault-stall@5", DirectProvider.holding(ALL), cancel, Deadline.inMillis(10_000));
        await().until(() -> simulator.log().stallCount() == 1);

        cancel.fire(CancelCause.CLIENT_GONE);

        assertThat(RunningSluice.await(asked).failure().error().message()).startsWith("cancelled");
        await().until(() -> simulator.log().abortCount() == 1);
        awaitIdle();
    }

    private static DirectProvider.Outcome ask(String model, HoldLimits hold) {
        return RunningSluice.await(provider.call(model, DirectProvider.holding(hold)));
    }

    private static DirectProvider.Outcome ask(String model, HoldLimits hold, long idleMillis) {
        CallPolicy policy = new CallPolicy(new AttemptTimeouts(0, 0, idleMillis, 0), hold, 5, false);
        return RunningSluice.await(provider.call(model, policy));
    }

    private static void awaitIdle() {
        await().until(() -> provider.state().inFlight() == 0);
    }

    private static String withoutIds(String bytes) {
        return bytes.replaceAll("\"(id|created)\":\"?[^,]*", "");
    }
}
