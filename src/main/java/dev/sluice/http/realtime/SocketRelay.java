package dev.sluice.http.realtime;

import dev.sluice.bus.SocketReply;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Usage;
import dev.sluice.protocol.openai.RealtimeUsage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import java.util.function.Consumer;

/**
 * The relay of frames between a client's and a provider's WebSocket. At most one frame is in flight in each direction:
 * the next one is read when the last one is written, so that a slow reader slows its writer down.
 */
final class SocketRelay implements ListenerContext.Cancellable {

    private static final short NORMAL = 1000;
    private static final short GOING_AWAY = 1001;
    private static final short NO_STATUS = 1005;
    private static final short POLICY = 1008;
    private static final short ABNORMAL = 1006;
    private static final short FAILED = 1011;

    private final Side client;
    private final Side provider;
    private final RequestContext request;
    private final Runnable providerClosed;
    private final Consumer<Usage> implausible;
    private final Promise<Void> ended = Promise.promise();
    private boolean cancelled;
    /** Frames are read and dropped: otherwise a close frame behind them would not be read. */
    private volatile boolean ending;

    private record Side(WebSocketBase socket, Context context) {

        void run(Runnable action) {
            context.runOnContext(v -> action.run());
        }

        /** Whether its connection has ended without a close frame. */
        boolean isCut() {
            Short status = socket.closeStatusCode();
            return status == null || status == ABNORMAL;
        }
    }

    /**
     * Must be called on the client's context.
     *
     * @param implausible receives a reported usage that one response cannot have; an estimate is counted instead
     */
    SocketRelay(
            Context context,
            ServerWebSocket client,
            SocketReply.Open provider,
            RequestContext request,
            Consumer<Usage> implausible) {
        this.client = new Side(client, context);
        this.provider = new Side(provider.socket(), provider.context());
        this.request = request;
        this.providerClosed = provider.closed();
        this.implausible = implausible;
    }

    /** Completes on the client's context when either side has closed; the other one is being closed then. */
    Future<Void> start() {
        client.socket.pause();
        relay(client, provider, false);
        client.socket.fetch(1);
        provider.run(() -> {
            try {
                relay(provider, client, true);
                provider.socket.fetch(1);
            } catch (IllegalStateException closedMeanwhile) {
                // The provider closed it before the handlers were set. The owner of the connection has recorded that.
                closed(provider, client, true);
            }
        });
        return ended.future();
    }

    @Override
    public void cancel(CancelCause cause) {
        cancelled = true;
        request.cancelCause = cause;
        client.socket.close(GOING_AWAY, "Sluice is stopping");
        dropFrames();
    }

    /**
     * Closes both sides because the caller may not continue. Only the first reason counts.
     *
     * @param code why, for the client and the log
     */
    void refuse(String code) {
        if (cancelled || ended.future().isComplete()) {
            return;
        }
        cancelled = true;
        request.errorCode = code;
        client.socket.close(POLICY, code);
        // Not with the client's code: the provider must not learn about the caller's key.
        provider.run(() -> provider.socket.close(GOING_AWAY));
        dropFrames();
    }

    private void dropFrames() {
        ending = true;
        client.run(client.socket::resume);
        provider.run(provider.socket::resume);
    }

    private void relay(Side from, Side to, boolean fromProvider) {
        from.socket.frameHandler(new Direction(from, to, fromProvider)::pass);
        from.socket.exceptionHandler(failure -> {});
        from.socket.closeHandler(v -> {
            if (fromProvider) {
                providerClosed.run();
            }
            // What was sent before a close frame is relayed before it.
            if (from.isCut()) {
                closed(from, to, fromProvider);
            }
        });
    }

    /** The frames from one side to the other. Confined to the context of the side that sends them. */
    private final class Direction {

        private final Side from;
        private final Side to;
        private final boolean fromProvider;
        /** Used on the client's context. Null for the client's own messages. */
        private final TextMessages messages;

        private boolean controlInFlight;
        /** Frames and bytes of the response in progress. */
        private int frames;

        private long bytes;

        Direction(Side from, Side to, boolean fromProvider) {
            this.from = from;
            this.to = to;
            this.fromProvider = fromProvider;
            this.messages = fromProvider ? new TextMessages() : null;
        }

        void pass(WebSocketFrame frame) {
            if (frame.isClose()) {
                closed(from, to, fromProvider);
                return;
            }
            if (ending) {
                return;
            }
            if (frame.isPing() || frame.type() == WebSocketFrameType.PONG) {
                passControl(frame);
                return;
            }
            to.run(() -> {
                if (messages != null) {
                    countUsage(frame);
                } else {
                    request.bytesIn += frame.binaryData().length();
                }
                to.socket.writeFrame(frame).onComplete(left -> from.run(() -> from.socket.fetch(1)));
            });
        }

        /**
         * Vert.x has replied to a ping and fetches the next frame itself; a fetch here would raise the demand with each
         * ping, so the frame does not wait for its turn. It is dropped when the other side is behind.
         */
        private void passControl(WebSocketFrame frame) {
            if (controlInFlight) {
                return;
            }
            controlInFlight = true;
            to.run(() -> {
                if (!to.socket.isClosed() && !to.socket.writeQueueFull()) {
                    to.socket.writeFrame(frame);
                }
                from.run(() -> controlInFlight = false);
            });
        }

        /** On the client's context, where all changes of the request context are made. */
        private void countUsage(WebSocketFrame frame) {
            int length = frame.binaryData().length();
            request.bytesOut += length;
            frames++;
            bytes += length;
            String message = messages.completedBy(frame);
            Usage usage = message == null ? null : RealtimeUsage.of(message);
            if (usage != null) {
                if (!RealtimeUsage.isPlausible(usage)) {
                    implausible.accept(usage);
                    usage = estimate();
                }
                request.usage = request.usage.plus(usage);
                frames = 0;
                bytes = 0;
            }
        }

        /** By the rule for streams without usage: its prompt is the session so far. */
        private Usage estimate() {
            long completion = Usage.UNKNOWN.ofIncompleteStream(frames, bytes).completionTokens();
            long prompt = Usage.UNKNOWN
                    .ofIncompleteStream(1, request.bytesIn + request.bytesOut)
                    .completionTokens();
            return new Usage(prompt, completion, 0, 0, true);
        }
    }

    private void closed(Side from, Side to, boolean fromProvider) {
        boolean abnormal = from.isCut();
        short status = from.socket.closeStatusCode() == null ? ABNORMAL : from.socket.closeStatusCode();
        short code = abnormal ? fromProvider ? FAILED : GOING_AWAY : status == NO_STATUS ? NORMAL : status;
        String reason = from.socket.closeReason();
        to.run(() -> {
            if (!to.socket.isClosed()) {
                to.socket.close(code, reason);
            }
        });
        dropFrames();
        client.run(() -> {
            if (ended.future().isComplete()) {
                return;
            }
            if (fromProvider && abnormal && !cancelled) {
                request.errorCode = "upstream_truncated";
            } else if (!fromProvider && abnormal && request.cancelCause == null) {
                request.cancelCause = CancelCause.CLIENT_GONE;
            }
            ended.complete();
        });
    }
}
