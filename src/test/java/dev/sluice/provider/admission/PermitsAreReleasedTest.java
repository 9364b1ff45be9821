package dev.sluice.provider.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CancelSignal;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.CancelCause;
import dev.sluice.model.Deadline;
import dev.sluice.model.GatewayError;
import dev.sluice.model.StreamEnd;
import dev.sluice.provider.DirectProvider;
import dev.sluice.stream.AttemptTimeouts;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call's permit is released at every end, in the queue and while the call runs. */
class PermitsAreReleasedTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private DirectProvider provider;

    @BeforeEach
    void start() {
        provider = new DirectProvider(
                simulator.baseUrl(),
                ", limits: { concurrency: 1 }, concurrency: { queue: 1, max_wait: 10s }, breaker: { min_calls: 1000 },"
                        + " timeouts: { first_byte: 400ms, first_token: 400ms, idle: 400ms }");
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lorem-5",
                "lorem_fault-status-500",
                "lorem_fault-status-429",
                "lorem_fault-status-400",
                "lorem_fault-html",
                "lorem_fault-reset",
                "lorem_fault-silent",
                "lorem-20_fault-cut@5",
                "lorem-20_fault-stall@5",
                "lorem-20_fault-error-event@5",
                "lorem-20_fault-missing-done"
            })
    void permitsAreReleasedAtEachEndOfAnAttempt(String model) {
        ask(model);

        awaitIdle();
        assertThat(ask("lorem-5").end()).isInstanceOf(StreamEnd.Complete.class);
    }

    @Test
    void permitsAreReleasedAfterAnInternalError() {
        Future<DirectProvider.Outcome> broken =
                provider.call(null, "lorem-5", CallPolicy.PLAIN, new CancelSignal(), Deadline.inMillis(10_000));

        await().until(broken::isComplete);

        assertThat(broken.failed()).isTrue();
        awaitIdle();
    }

    @Test
    void permitsAreReleasedWhenEveryKeyIsInCooldown() {
        provider.close();
        provider = new DirectProvider(
                simulator.baseUrl(),
                ", limits: { concurrency: 1 }, api_keys: [{ key: k }], breaker: { min_calls: 1000 }");
        ask("lorem_fault-status-429");

        DirectProvider.Outcome coolingDown = ask("lorem_fault-status-429");

        assertThat(coolingDown.failure().error().message()).contains("is in cooldown for model");
        awaitIdle();
    }

    @Test
    void aWaiterIsAdmittedWhenTheRunningCallIsCancelled() {
        CancelSignal first = new CancelSignal();
        Future<DirectProvider.Outcome> running = stalled(first);
        Future<DirectProvider.Outcome> waiting = queued(new CancelSignal(), 10_000);

        first.fire(CancelCause.CLIENT_GONE);

        assertThat(RunningSluice.await(waiting).end()).isInstanceOf(StreamEnd.Complete.class);
        assertThat(RunningSluice.await(running).reply()).isInstanceOf(ProviderReply.Failed.class);
        awaitIdle();
    }

    @Test
    void aCancelledWaiterLeavesTheQueueAtOnce() {
        CancelSignal first = new CancelSignal();
        CancelSignal second = new CancelSignal();
        stalled(first);
        Future<DirectProvider.Outcome> waiting = queued(second, 10_000);

        second.fire(CancelCause.CLIENT_GONE);

        assertThat(RunningSluice.await(waiting).failure().error().message()).startsWith("cancelled");
        assertThat(provider.state().limiter().waiting()).isZero();
        assertThat(provider.state().limiter().running()).isEqualTo(1);
        assertThat(simulator.log().requestCount()).isEqualTo(1);
        first.fire(CancelCause.CLIENT_GONE);
        awaitIdle();
    }

    @Test
    void aWaiterWhoseDeadlinePassesLeavesTheQueue() {
        CancelSignal first = new CancelSignal();
        stalled(first);

        Future<DirectProvider.Outcome> waiting = queued(new CancelSignal(), 60);

        assertThat(RunningSluice.await(waiting).failure().error().message())
                .isEqualTo("the request's deadline passed while it waited in the queue of provider up");
        assertThat(provider.state().limiter().waiting()).isZero();
        first.fire(CancelCause.CLIENT_GONE);
        awaitIdle();
    }

    @Test
    void aWaiterIsRejectedAfterTheLongestWait() {
        provider.close();
        provider = new DirectProvider(
                simulator.baseUrl(), ", limits: { concurrency: 1 }, concurrency: { max_wait: 60ms }");
        CancelSignal first = new CancelSignal();
        stalled(first);

        GatewayError refusal = RunningSluice.await(queued(new CancelSignal(), 10_000))
                .failure()
                .error();

        assertThat(refusal.code()).isEqualTo("saturated");
        // No permit was released before, so that the wait cannot be estimated.
        assertThat(refusal.retryAfterMillis()).isEqualTo(1_000);
        first.fire(CancelCause.CLIENT_GONE);
        awaitIdle();
    }

    @Test
    void aDisplacedWaiterIsRejectedWhileTheOthersContinue() {
        CancelSignal first = new CancelSignal();
        stalled(first);
        Future<DirectProvider.Outcome> waiting = queued(new CancelSignal(), 10_000);

        // Of a higher priority, so that the waiting call is displaced: not even a last resort exceeds the queue's
        // limit.
        Future<DirectProvider.Outcome> newcomer =
                provider.call("lorem-5", new CallPolicy(AttemptTimeouts.UNSET, null, 9, true));

        assertThat(RunningSluice.await(waiting).failure().error().code()).isEqualTo("saturated");
        assertThat(newcomer.isComplete()).isFalse();
        first.fire(CancelCause.CLIENT_GONE);
        assertThat(RunningSluice.await(newcomer).end()).isInstanceOf(StreamEnd.Complete.class);
        awaitIdle();
    }

    /** Runs without a response until it is cancelled. */
    private Future<DirectProvider.Outcome> stalled(CancelSignal cancel) {
        CallPolicy patient = new CallPolicy(new AttemptTimeouts(20_000, 20_000, 0, 0), null, 5, false);
        Future<DirectProvider.Outcome> running =
                provider.call("test", "lorem_fault-silent", patient, cancel, Deadline.inMillis(20_000));
        await().until(() -> simulator.log().requestCount() == 1);
        return running;
    }

    private Future<DirectProvider.Outcome> queued(CancelSignal cancel, long deadlineMillis) {
        Future<DirectProvider.Outcome> waiting =
                provider.call("test", "lorem-5", CallPolicy.PLAIN, cancel, Deadline.inMillis(deadlineMillis));
        await().until(() -> waiting.isComplete() || provider.state().limiter().waiting() == 1);
        return waiting;
    }

    private DirectProvider.Outcome ask(String model) {
        return RunningSluice.await(provider.call(model, CallPolicy.PLAIN));
    }

    private void awaitIdle() {
        await().until(() -> provider.state().limiter().running() == 0);
        assertThat(provider.state().limiter().waiting()).isZero();
        await().until(() -> provider.state().inFlight() == 0);
    }
}
