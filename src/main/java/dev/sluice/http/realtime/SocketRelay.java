package dev.sluice.http.realtime;

import dev.sluice.bus.SocketReply;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import dev.sluice.protocol.openai.RealtimeUsage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;

/**
 * Joins a client's WebSocket and a provider's, frame by frame. In each direction one frame is on its way: the next is
 * read when it has left for the other side, so that a slow reader holds its writer back.
 */
final class SocketRelay implements ListenerContext.Cancellable {

    private static final short GOING_AWAY = 1001;
    private static final short NO_STATUS = 1005;
    private static final short POLICY = 1008;
    private static final short ABNORMAL = 1006;
    private static final short FAILED = 1011;

    private final Side client;
    private final Side provider;
    private final RequestContext facts;
    private final Runnable providerClosed;
    private final Promise<Void> over = Promise.promise();
    private boolean cancelled;

    private record Side(WebSocketBase socket, Context context) {

        void run(Runnable action) {
            context.runOnContext(v -> action.run());
        }
    }

    /** Made on the client's context. */
    SocketRelay(Context context, ServerWebSocket client, SocketReply.Open provider, RequestContext facts) {
        this.client = new Side(client, context);
        this.provider = new Side(provider.socket(), provider.context());
        this.facts = facts;
        this.providerClosed = provider.closed();
    }

    /** Completes on the client's context when both are closed. */
    Future<Void> begin() {
        client.socket.pause();
        relay(client, provider, false);
        client.socket.fetch(1);
        provider.run(() -> {
            try {
                relay(provider, client, true);
                provider.socket.fetch(1);
            } catch (IllegalStateException closedMeanwhile) {
                // It was over before anybody listened here; whoever opened it counts that.
                closed(provider, client, true);
            }
        });
        return over.future();
    }

    @Override
    public void cancel(CancelCause cause) {
        cancelled = true;
        facts.cancelCause = cause;
        client.socket.close(GOING_AWAY, "Sluice is stopping");
    }

    /**
     * Who opened it may not go on. The first reason counts, and none once it is over.
     *
     * @param code why, for the client and the log
     */
    void refused(String code) {
        if (cancelled || over.future().isComplete()) {
            return;
        }
        cancelled = true;
        facts.errorCode = code;
        client.socket.close(POLICY, code);
        // Not with the client's code: whose key it was is no business of the provider's.
        provider.run(() -> provider.socket.close(GOING_AWAY));
    }

    private void relay(Side from, Side to, boolean fromProvider) {
        from.socket.frameHandler(frame -> pass(frame, from, to, fromProvider));
        from.socket.exceptionHandler(failure -> {});
        from.socket.closeHandler(v -> {
            if (fromProvider) {
                providerClosed.run();
            }
            closed(from, to, fromProvider);
        });
    }

    private void pass(WebSocketFrame frame, Side from, Side to, boolean fromProvider) {
        if (frame.isClose()) {
            return;
        }
        to.run(() -> {
            if (fromProvider) {
                heard(frame);
            } else {
                facts.bytesIn += frame.binaryData().length();
            }
            to.socket.writeFrame(frame).onComplete(left -> from.run(() -> from.socket.fetch(1)));
        });
    }

    /** On the client's context, as all that touches the facts. */
    private void heard(WebSocketFrame frame) {
        facts.bytesOut += frame.binaryData().length();
        if (frame.isText() && frame.isFinal()) {
            facts.usage = RealtimeUsage.plus(facts.usage, frame.textData());
        }
    }

    private void closed(Side from, Side to, boolean fromProvider) {
        Short status = from.socket.closeStatusCode();
        boolean abnormal = status == null || status == ABNORMAL;
        short code = abnormal ? fromProvider ? FAILED : GOING_AWAY : status == NO_STATUS ? (short) 1000 : status;
        String reason = from.socket.closeReason();
        to.run(() -> {
            if (!to.socket.isClosed()) {
                to.socket.close(code, reason);
            }
        });
        client.run(() -> {
            if (fromProvider && abnormal && !cancelled) {
                facts.errorCode = "upstream_truncated";
            } else if (!fromProvider && abnormal && facts.cancelCause == null) {
                facts.cancelCause = CancelCause.CLIENT_GONE;
            }
            over.tryComplete();
        });
    }
}
