package dev.sluice.http.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.SocketReply;
import dev.sluice.http.exchange.FakeHttp;
import dev.sluice.http.exchange.FakeListener;
import dev.sluice.model.CancelCause;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.junit.jupiter.api.Test;

/** Which frames are relayed and when, what closes each side with which code, and how the session's end is recorded. */
class SocketRelayTest {

    private static final Context AT_ONCE = FakeHttp.fake(Context.class, (proxy, method, args) -> {
        ((Handler<?>) args[0]).handle(null);
        return null;
    });

    private final FakeSocket client = new FakeSocket();
    private final FakeSocket provider = new FakeSocket();
    private final RequestContext request = FakeListener.requestContext(Principal.OPEN);
    private int providerClosed;
    private final SocketRelay relay = new SocketRelay(
            AT_ONCE,
            client.socket,
            new SocketReply.Open(provider.socket, AT_ONCE, () -> providerClosed++),
            request,
            usage -> {});

    @Test
    void oneFrameIsInFlightInEachDirection() {
        relay.start();
        assertThat(client.demand).isOne();
        assertThat(provider.demand).isOne();

        client.receive("to the provider");
        assertThat(provider.texts()).containsExactly("to the provider");
        assertThat(client.demand).isZero();

        provider.flush();
        assertThat(client.demand).isOne();
        assertThat(provider.demand).as("the other direction has its own demand").isOne();
    }

    @Test
    void bytesAndUsageAreCounted() {
        relay.start();

        client.receive("12345");
        provider.receive(
                "{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":11,\"output_tokens\":5}}}");
        provider.receive(
                "{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":2,\"output_tokens\":1}}}");
        provider.receive(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[7]), true));

        assertThat(request.bytesIn).isEqualTo(5);
        assertThat(request.bytesOut)
                .isEqualTo(client.written.stream()
                        .mapToLong(frame -> frame.binaryData().length())
                        .sum());
        assertThat(request.usage.promptTokens()).isEqualTo(13);
        assertThat(request.usage.completionTokens()).isEqualTo(6);
    }

    /** A client must not be able to invent usage, or hide it. */
    @Test
    void usageInAMessageOfTheClientIsIgnored() {
        relay.start();

        client.receive(
                "{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":11,\"output_tokens\":5}}}");

        assertThat(request.usage.known()).isFalse();
    }

    /** Vert.x fetches the next frame itself after a ping; another fetch would raise the demand with each ping. */
    @Test
    void pingsAreRelayedWithoutDemand() {
        relay.start();

        provider.receive(WebSocketFrame.pingFrame(Buffer.buffer("1")));

        assertThat(client.written).hasSize(1);
        client.flush();
        assertThat(provider.demand).isOne();
    }

    @Test
    void aPingIsDroppedWhileTheOtherSideIsBehind() {
        relay.start();
        client.queueFull = true;

        provider.receive(WebSocketFrame.pingFrame(Buffer.buffer("1")));
        assertThat(client.written).isEmpty();

        client.queueFull = false;
        provider.receive(WebSocketFrame.pingFrame(Buffer.buffer("2")));
        assertThat(client.written).hasSize(1);
    }

    @Test
    void aCloseFrameIsPassedOnWithItsCodeAndReason() {
        Future<Void> ended = relay.start();

        client.receiveClose(4001, "bye");

        assertThat(provider.closeSent).isEqualTo("4001 bye");
        assertThat(ended.succeeded()).isTrue();
        assertThat(request.errorCode).isNull();
        assertThat(request.cancelCause).isNull();
    }

    /** 1005 means that the frame had no code; it must not be sent. */
    @Test
    void aCloseFrameWithoutACodeIsANormalClosure() {
        relay.start();

        client.receiveClose(1005, null);

        assertThat(provider.closeSent).isEqualTo("1000");
    }

    @Test
    void aProviderWhoseConnectionBreaksFailsTheSession() {
        Future<Void> ended = relay.start();

        provider.cut();

        assertThat(client.closeSent).isEqualTo("1011");
        assertThat(request.errorCode).isEqualTo("upstream_truncated");
        assertThat(ended.succeeded()).isTrue();
        assertThat(providerClosed).isOne();
    }

    @Test
    void aClientWhoseConnectionBreaksCancelsTheSession() {
        Future<Void> ended = relay.start();

        client.cut();

        assertThat(provider.closeSent).isEqualTo("1001");
        assertThat(request.cancelCause).isEqualTo(CancelCause.CLIENT_GONE);
        assertThat(request.errorCode).isNull();
        assertThat(ended.succeeded()).isTrue();
        assertThat(providerClosed).as("the provider's side is not closed yet").isZero();
    }

    @Test
    void aProviderThatClosedBeforeTheRelayBeganFailsTheSession() {
        provider.gone = true;

        Future<Void> ended = relay.start();

        assertThat(client.closeSent).isEqualTo("1011");
        assertThat(request.errorCode).isEqualTo("upstream_truncated");
        assertThat(ended.succeeded()).isTrue();
    }

    @Test
    void aRefusalClosesBothSidesAndTellsTheProviderNoReason() {
        Future<Void> ended = relay.start();

        relay.refuse("key_revoked");
        relay.refuse("budget_exceeded");

        assertThat(client.closeSent).isEqualTo("1008 key_revoked");
        assertThat(provider.closeSent).isEqualTo("1001");
        assertThat(request.errorCode).as("only the first reason counts").isEqualTo("key_revoked");
        assertThat(ended.isComplete()).as("a side has still to close").isFalse();

        provider.cut();
        assertThat(ended.succeeded()).isTrue();
        assertThat(request.errorCode).isEqualTo("key_revoked");
    }

    @Test
    void aRefusalAfterTheEndChangesNothing() {
        relay.start();
        client.receiveClose(1000, null);

        relay.refuse("key_revoked");

        assertThat(request.errorCode).isNull();
        assertThat(client.closeSent).isNull();
    }

    /** Otherwise a close frame behind unread frames would never be seen. */
    @Test
    void afterADrainFramesAreReadAndDropped() {
        relay.start();

        relay.cancel(CancelCause.DRAIN);

        assertThat(client.closeSent).isEqualTo("1001 Sluice is stopping");
        assertThat(request.cancelCause).isEqualTo(CancelCause.DRAIN);
        assertThat(client.resumed).isTrue();
        assertThat(provider.resumed).isTrue();
        provider.receive("late");
        assertThat(client.written).isEmpty();
    }
}
