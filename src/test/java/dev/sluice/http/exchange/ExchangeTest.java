package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.ProviderReply;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Principal;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.protocol.sanitize.SanitizerFindings;
import dev.sluice.stream.CreditStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Each transition of {@link ExchangeState}, with providers that reply when the test says so. */
class ExchangeTest extends ExchangeFixture {

    @Test
    void aWholeResponseEndsTheExchange() {
        start("one", false);
        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);

        reply(next("a"), whole("{\"ok\":true}"));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body).hasToString("{\"ok\":true}");
        assertThat(http.headers.get("x-sluice-provider")).isEqualTo("a");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("ok");
    }

    @Test
    void aStreamPassesAndItsEndEndsTheExchange() {
        start("one", true);
        CreditStream stream = stream();
        reply(next("a"), new ProviderReply.Streaming(stream, List.of(), null));
        awaitState(ExchangeState.STREAMING);

        offer(stream, HELLO);
        end(stream, new StreamEnd.Complete(USED));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body).hasToString(HELLO.toText());
        assertThat(listener.metrics).containsSubsequence("streamOpened", "streamClosed");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("ok");
    }

    @Test
    void aFailureIsFollowedByTheNextTargetAtOnce() {
        start("two", false);

        reply(next("a"), failed(Kind.UPSTREAM, -1));
        Received second = next("b");

        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);
        reply(second, whole("{}"));
        awaitState(ExchangeState.ENDED);
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("failed", "ok");
        assertThat(http.headers.get("x-sluice-attempts")).isEqualTo("2");
    }

    @Test
    void theLastFailureIsTheResponse() {
        start("two", false);

        reply(next("a"), failed(Kind.MODEL_NOT_FOUND, -1));
        reply(next("b"), failed(Kind.CONTENT_FILTER, -1));

        awaitState(ExchangeState.ENDED);
        assertThat(http.status).isEqualTo(400);
        assertThat(http.body.toString()).contains("content_filter");
    }

    @Test
    void aRetryThatMustWaitIsSentWhenTheTimerFires() {
        start("one", false);
        reply(next("a"), failed(Kind.RATE_LIMITED, 1));

        Received retry = next("a");

        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);
        reply(retry, whole("{}"));
        awaitState(ExchangeState.ENDED);
        assertThat(http.status).isEqualTo(200);
    }

    @Test
    void aWaitThatIsCancelledEndsAtOnceAndSendsNothing() {
        start("one", false);
        reply(next("a"), failed(Kind.RATE_LIMITED, 60_000));
        awaitState(ExchangeState.WAITING_TO_RETRY);

        cancel(CancelCause.DRAIN);

        assertThat(state()).isEqualTo(ExchangeState.ENDED);
        assertThat(http.status).isEqualTo(503);
        assertThat(http.body.toString()).contains("draining");
        assertThat(received).isEmpty();
    }

    @Test
    void anAttemptThatIsCancelledEndsTheExchangeWhenItHasReported() {
        start("one", false);
        Received call = next("a");
        AtomicReference<CancelCause> signal = listen(call);

        cancel(CancelCause.CLIENT_GONE);
        assertThat(state()).isEqualTo(ExchangeState.CANCELLING);
        await().until(() -> signal.get() == CancelCause.CLIENT_GONE);
        reply(call, failed(Kind.UPSTREAM, -1));

        awaitState(ExchangeState.ENDED);
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("cancelled");
        assertThat(records()).extracting(AttemptRecord::status).containsExactly(499);
    }

    @Test
    void aStreamThatIsCancelledEndsTheExchangeWhenItEnds() {
        start("one", true);
        CreditStream stream = stream();
        Received call = next("a");
        AtomicReference<CancelCause> signal = listen(call);
        reply(call, new ProviderReply.Streaming(stream, List.of(), null));
        awaitState(ExchangeState.STREAMING);

        cancel(CancelCause.DRAIN);
        assertThat(state()).isEqualTo(ExchangeState.CANCELLING);
        await().until(() -> signal.get() == CancelCause.DRAIN);
        end(stream, new StreamEnd.Cancelled(CancelCause.DRAIN, Usage.UNKNOWN));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body.toString()).contains("draining");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("cancelled");
    }

    @Test
    void aStreamThatTheRulesOfTheRouteCannotReadIsCancelledAsUnusable() {
        SanitizeConfig settings = new SanitizeConfig(
                false, List.of(SanitizeConfig.Kind.EMAIL), Map.of(), List.of(), SanitizeConfig.Where.RESPONSES);
        onLoop(() -> {
            exchange.filterResponse(
                    Sanitizer.of(settings).responseFilter(Surface.CHAT_COMPLETIONS, new SanitizerFindings()));
            return null;
        });
        start("one", true);
        CreditStream stream = stream();
        Received call = next("a");
        AtomicReference<CancelCause> signal = listen(call);
        reply(call, new ProviderReply.Streaming(stream, List.of(), null));

        offer(stream, ByteSlice.of("data: {\"choices\":[{\n\n"));
        await().until(() -> signal.get() == CancelCause.UNUSABLE);
        end(stream, new StreamEnd.Cancelled(CancelCause.UNUSABLE, USED));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body.toString())
                .contains("cannot be read for the sanitizing rules")
                .doesNotContain("[DONE]");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("cancelled");
    }

    @Test
    void aResumedStreamOfAnotherResponseIsCancelledAsUnusable() {
        start("resumed", true);
        CreditStream first = stream();
        reply(next("a"), new ProviderReply.Streaming(first, List.of(), null));
        offer(first, HELLO);
        end(first, cut());
        CreditStream second = stream();
        Received resumption = next("b");
        AtomicReference<CancelCause> signal = listen(resumption);
        reply(resumption, new ProviderReply.Streaming(second, List.of(), null));

        offer(second, ByteSlice.of("data: {not json\n\n"));
        await().until(() -> signal.get() == CancelCause.UNUSABLE);
        end(second, new StreamEnd.Cancelled(CancelCause.UNUSABLE, USED));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body.toString())
                .startsWith(HELLO.toText())
                .contains("the stream was cut")
                .doesNotContain("not json", "[DONE]");
    }

    @Test
    void nothingIsSentForARequestThatWasCancelledBeforeItsStart() {
        cancel(CancelCause.CLIENT_GONE);
        start("one", false);

        assertThat(state()).isEqualTo(ExchangeState.ENDED);
        assertThat(context.attempts).isZero();
        assertThat(received).isEmpty();
    }

    @Test
    void aRequestThatItsLimitsRefuseEndsWithoutAnAttempt() {
        Principal caller = FakeListener.callerWithRpm(1);
        onLoop(() -> openFor(caller));
        start("one", false);
        reply(next("a"), whole("{}"));
        awaitState(ExchangeState.ENDED);
        FakeHttp second = new FakeHttp();
        onLoop(() -> openFor(caller, second));

        start("one", false);

        assertThat(state()).isEqualTo(ExchangeState.ENDED);
        assertThat(second.status).isEqualTo(429);
        assertThat(context.attempts).isZero();
        assertThat(listener.metrics).contains("refused key rate_limit_exceeded");
    }

    @Test
    void aHedgeThatRespondsFirstCancelsTheSlowAttempt() {
        start("hedged", false);
        Received slow = next("a");
        AtomicReference<CancelCause> signal = listen(slow);
        Received hedge = next("b");

        reply(hedge, whole("{\"from\":\"b\"}"));
        awaitState(ExchangeState.ENDED);
        await().until(() -> signal.get() == CancelCause.HEDGED);
        reply(slow, whole("{\"from\":\"a\"}"));

        await().until(() -> records().size() == 2);
        assertThat(http.body).hasToString("{\"from\":\"b\"}");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("ok", "cancelled");
    }

    @Test
    void aCutStreamIsResumedByTheNextTarget() {
        start("resumed", true);
        CreditStream first = stream();
        reply(next("a"), new ProviderReply.Streaming(first, List.of(), null));
        offer(first, HELLO);
        end(first, cut());

        Received resumption = next("b");

        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);
        assertThat(resumption.call().request().body().toText()).contains("Hello");
    }

    @Test
    void aCutStreamThatNoTargetResumesEndsWithItsFirstFailure() {
        start("resumed", true);
        CreditStream first = stream();
        reply(next("a"), new ProviderReply.Streaming(first, List.of(), null));
        offer(first, HELLO);
        end(first, cut());

        reply(next("b"), failed(Kind.MODEL_NOT_FOUND, -1));
        respondToRetries();

        awaitState(ExchangeState.ENDED);
        assertThat(http.body.toString()).startsWith(HELLO.toText()).contains("the stream was cut");
        assertThat(http.body.toString()).doesNotContain("[DONE]", "model_not_found");
    }

    @Test
    void aRefusedFirstTargetIsSkippedForTheNext() {
        onLoop(() -> listener.quota.admitProvider("limited", QuotaReservationTest.request()));

        start("full", false);

        reply(next("b"), whole("{}"));
        awaitState(ExchangeState.ENDED);
        assertThat(context.attempts).isEqualTo(1);
        assertThat(http.status).isEqualTo(200);
    }

    /** The first target may be retried out of its budget: it fails for good. */
    private void respondToRetries() {
        while (state() != ExchangeState.ENDED) {
            try {
                Received retry = received.poll(50, TimeUnit.MILLISECONDS);
                if (retry != null) {
                    reply(retry, failed(Kind.MODEL_NOT_FOUND, -1));
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
