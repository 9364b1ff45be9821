package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.ProviderReply;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.sanitize.ResponseFilter;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.protocol.sanitize.SanitizerFindings;
import dev.sluice.stream.CreditStream;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tests of {@link ResponseWriter}: headers, bytes and errors for the client, and backpressure of a slow client. */
class ResponseWriterTest {

    private static final ByteSlice EVENT = ByteSlice.of("data: {\"choices\":[]}\n\n");

    private final FakeHttp http = new FakeHttp();
    private final FakeListener listener = new FakeListener();
    private final RequestContext context = FakeListener.requestContext(Principal.OPEN);
    private final ResponseWriter writer = new ResponseWriter(http.request, context, listener.context);

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void aWholeResponseHasTheProvidersBodyAndOurHeaders() {
        context.provider = "a";
        context.upstreamModel = "m";
        context.attempts = 2;
        context.costNanoUsd = 1_500_000;

        writer.whole(
                new ProviderReply.Complete(
                        200, null, ByteSlice.of("{}"), Usage.UNKNOWN, List.of("seed", "n"), null, null),
                false);

        assertThat(http.body).hasToString("{}");
        assertThat(http.headers.get("content-type")).isEqualTo("application/json");
        assertThat(http.headers.get("x-sluice-provider")).isEqualTo("a");
        assertThat(http.headers.get("x-sluice-model")).isEqualTo("m");
        assertThat(http.headers.get("x-sluice-attempts")).isEqualTo("2");
        assertThat(http.headers.get("x-sluice-cost")).isEqualTo("0.0015");
        assertThat(http.headers.get("x-sluice-dropped")).isEqualTo("seed,n");
        assertThat(http.headers.get("x-sluice-overhead-ms")).matches("\\d+\\.\\d{3}");
        assertThat(context.firstTokenNanos).isNotZero();
        assertThat(http.ended).isTrue();
    }

    @Test
    void anUnknownCostIsNotStated() {
        context.costNanoUsd = -1;

        writer.whole(whole("{}"), false);

        assertThat(http.headers.contains("x-sluice-cost")).isFalse();
    }

    @Test
    void aResponseWithALocationRedirects() {
        writer.whole(
                new ProviderReply.Complete(
                        200, null, ByteSlice.EMPTY, Usage.UNKNOWN, List.of(), "https://files/1", null),
                false);

        assertThat(http.status).isEqualTo(302);
        assertThat(http.headers.get("location")).isEqualTo("https://files/1");
    }

    @Test
    void anErrorTellsSdksThatARetryIsFutile() {
        writer.error(GatewayError.of(Kind.UPSTREAM, "down"), true);

        assertThat(http.status).isEqualTo(502);
        assertThat(http.headers.get("x-should-retry")).isEqualTo("false");
        assertThat(context.errorCode).isEqualTo("upstream_failed");
        assertThat(http.body.toString()).contains("down");
    }

    @Test
    void nothingIsWrittenToAClientThatHasLeft() {
        http.closed = true;

        writer.whole(whole("{}"), false);
        writer.error(GatewayError.of(Kind.UPSTREAM, "down"), true);

        assertThat(http.body).isEmpty();
        assertThat(http.headers.isEmpty()).isTrue();
        assertThat(context.errorCode).isNull();
    }

    /** Such as an upload that is completed after its client has left. */
    @Test
    void whatIsHeldAfterTheEndIsReturnedAtOnce() {
        context.endNanos = 1;
        writer.close();

        assertThat(writer.resources().memory().take(1)).isFalse();
    }

    @Test
    void aBatchIsAcknowledgedWhenTheClientHasTakenIt() {
        Producer producer = new Producer();
        writer.startStream(new ProviderReply.Streaming(producer.stream, List.of(), null));
        http.queueFull = true;
        producer.fillWindow();

        writer.write(EVENT, CreditStream.WINDOW);
        assertThat(producer.resumed).isZero();
        http.drain();

        assertThat(producer.resumed).isEqualTo(1);
        assertThat(http.headers.get("content-type")).isEqualTo("text/event-stream");
    }

    @Test
    void batchesForAClientThatHasLeftAreAcknowledgedUnwritten() {
        Producer producer = new Producer();
        writer.startStream(new ProviderReply.Streaming(producer.stream, List.of(), null));
        producer.fillWindow();
        http.closed = true;

        writer.write(EVENT, CreditStream.WINDOW);

        assertThat(producer.resumed).isEqualTo(1);
        assertThat(http.body).isEmpty();
    }

    @Test
    void aFailedStreamEndsWithAnErrorEvent() {
        writer.startStream(new ProviderReply.Streaming(new Producer().stream, List.of(), null));

        writer.endStream(new StreamEnd.Failed(GatewayError.of(Kind.TRUNCATED, "cut"), Usage.UNKNOWN));

        assertThat(http.body.toString())
                .startsWith("data: ")
                .contains("upstream_truncated", "cut", "\n\nevent: error\ndata: ");
        assertThat(listener.metrics).containsExactly("streamOpened", "streamClosed");
    }

    @Test
    void aFailedStreamOfAnUnknownFormatIsCut() {
        ProviderReply.Head head = new ProviderReply.Head(206, List.of("content-type", "audio/mpeg"));
        writer.startStream(new ProviderReply.Streaming(new Producer().stream, List.of(), head));

        writer.endStream(new StreamEnd.Failed(GatewayError.of(Kind.TRUNCATED, "cut"), Usage.UNKNOWN));

        assertThat(http.reset).isTrue();
        assertThat(http.status).isEqualTo(206);
        assertThat(http.headers.get("content-type")).isEqualTo("audio/mpeg");
        assertThat(http.body).isEmpty();
    }

    @Test
    void aCancelledRequestEndsItsStreamOrGetsAnError() {
        writer.cancelled(CancelCause.DRAIN);
        assertThat(http.status).isEqualTo(503);

        FakeHttp streamed = new FakeHttp();
        ResponseWriter second = new ResponseWriter(streamed.request, context, listener.context);
        second.startStream(new ProviderReply.Streaming(new Producer().stream, List.of(), null));
        second.cancelled(CancelCause.DRAIN);

        assertThat(streamed.status).isEqualTo(200);
        assertThat(streamed.body.toString()).startsWith("data: ").contains("draining");
    }

    @Test
    void aResumedStreamBeginsWithAComment() {
        Producer second = new Producer();
        writer.startStream(new ProviderReply.Streaming(new Producer().stream, List.of(), null));
        second.fillWindow();

        writer.resumeStream(second.stream, ByteSlice.of(": resumed\n\n"));
        writer.write(EVENT, CreditStream.WINDOW);

        assertThat(http.body).hasToString(": resumed\n\n" + EVENT.toText());
        assertThat(second.resumed).isEqualTo(1);
    }

    @Test
    void aSilentStreamGetsAPingAndAWriteBeginsTheIntervalAgain() {
        writer.startStream(new ProviderReply.Streaming(new Producer().stream, List.of(), null));

        writer.check(600, 1_000);
        writer.write(EVENT, 1);
        writer.check(600, 1_000);
        assertThat(http.body).hasToString(EVENT.toText());
        writer.check(400, 1_000);

        assertThat(http.body).hasToString(EVENT.toText() + ": ping\n\n");
    }

    @Test
    void theDrainWaitsForAResponseThatTheClientHasNotTaken() {
        http.taken = false;

        writer.whole(whole("{}"), false);

        assertThat(listener.lifecycle.openExchanges()).isEqualTo(1);
    }

    @Test
    void anthropicsClientsFindTheirRequestId() {
        context.surface = Surface.MESSAGES;

        writer.whole(whole("{}"), false);

        assertThat(http.headers.get("request-id")).isEqualTo("req-1");
        assertThat(http.headers.get("x-request-id")).isEqualTo("req-1");
    }

    @Test
    void aFilterAppliesToResponsesRefusalsAndErrors() {
        writer.filter(emails());
        writer.whole(whole("{\"choices\":[{\"message\":{\"content\":\"a@example.com\"}}]}"), false);
        assertThat(http.body.toString()).doesNotContain("a@example.com").contains("choices");

        FakeHttp refused = new FakeHttp();
        ResponseWriter second = new ResponseWriter(refused.request, context, listener.context);
        second.filter(emails());
        second.whole(whole("{\"detail\":\"no a@example.com\",\"x\":1.50}"), true);
        assertThat(refused.body).hasToString("{\"detail\":\"no [email]\",\"x\":1.50}");

        FakeHttp failed = new FakeHttp();
        ResponseWriter third = new ResponseWriter(failed.request, context, listener.context);
        third.filter(emails());
        third.error(
                GatewayError.of(Kind.UPSTREAM, "got a@example.com")
                        .withParam("b@example.com")
                        .withCode("c@example.com"),
                false);
        assertThat(failed.body.toString()).contains("got [email]").doesNotContain("example.com");
    }

    @Test
    void aFilterAppliesToTheErrorThatEndsAStream() {
        writer.filter(emails());
        writer.startStream(new ProviderReply.Streaming(new Producer().stream, List.of(), null));

        writer.endStream(new StreamEnd.Failed(GatewayError.of(Kind.UPSTREAM, "got a@example.com"), Usage.UNKNOWN));

        assertThat(http.body.toString()).contains("got [email]").doesNotContain("a@example.com");
    }

    @Test
    void bufferedTextOfAFilterIsWrittenBeforeTheEnd() {
        writer.filter(emails());
        writer.startStream(new ProviderReply.Streaming(new Producer().stream, List.of(), null));

        writer.write(ByteSlice.of("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"}}]}\n\n"), 10);
        assertThat(http.body.toString()).doesNotContain("word");
        writer.endStream(new StreamEnd.Complete(Usage.UNKNOWN));

        assertThat(http.body.toString()).contains("word");
    }

    private static FilterQueue emails() {
        SanitizeConfig settings = new SanitizeConfig(
                false, List.of(SanitizeConfig.Kind.EMAIL), Map.of(), List.of(), SanitizeConfig.Where.RESPONSES);
        ResponseFilter filter =
                Sanitizer.of(settings).responseFilter(Surface.CHAT_COMPLETIONS, new SanitizerFindings());
        return new FilterQueue(filter, null, bug -> {
            throw new AssertionError(bug);
        });
    }

    private static ProviderReply.Complete whole(String body) {
        return new ProviderReply.Complete(200, null, ByteSlice.of(body), Usage.UNKNOWN, List.of(), null, null);
    }

    /** The provider's side of a stream, without an event loop: counts how often it may send on. */
    private static final class Producer {

        private int resumed;
        private final CreditStream stream = new CreditStream(context(), context(), () -> resumed++);

        void fillWindow() {
            stream.offer(ByteSlice.of(new byte[CreditStream.WINDOW]));
        }

        private static ContextInternal context() {
            return FakeHttp.fake(ContextInternal.class, (proxy, method, args) -> null);
        }
    }
}
