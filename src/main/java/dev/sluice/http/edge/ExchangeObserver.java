package dev.sluice.http.edge;

import dev.sluice.stream.HeapContent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A channel handler that reports the start and end of each request of one HTTP/1 connection, without using the
 * response's only end handler, which the router needs. Also closes the connection after a response with
 * {@code Connection: close}: Vert.x does so only if the <em>client</em> requested it.
 *
 * <p>Decides when the next pipelined request may be decoded ({@link StrictHttpDecoder.Turn}): when the response to the
 * previous one has ended and the client reads, and not in the same turn of the event loop as the previous one, so that
 * the loop serves other connections in between. Vert.x would decode and serve pipelined requests without end for a
 * client that reads none of the responses. {@link ReadGate} stops reading meanwhile. Stays in the pipeline of a
 * WebSocket, for the same reason: Vert.x replies to pings whether or not the pongs are read.
 */
// Netty completes the promise that it was given; the returned future is the same promise.
@SuppressWarnings("FutureReturnValueIgnored")
final class ExchangeObserver extends ChannelDuplexHandler implements StrictHttpDecoder.Turn {

    /**
     * How long the rest of a refused upload is read and discarded. Closing with unread bytes makes the kernel send a
     * reset, which may overtake the response.
     */
    static final long LINGER_MILLIS = 2_000;

    /** Pings and pongs of a WebSocket in {@link #CONTROL_SECONDS}. Clients send one in about 20 s. */
    static final int MAX_CONTROL_FRAMES = 1_000;

    private static final long CONTROL_SECONDS = 10;

    private final HttpConnection connection;
    private final Exchanges exchanges;
    private final BooleanSupplier draining;
    private final StrictHttpDecoder decoder;
    private final Channel channel;
    private final ReadGate gate;
    private boolean closing;
    private boolean resuming;
    /** A request was decoded in this turn of the event loop. */
    private boolean served;
    /** The connection is being closed, and what it still sends is discarded. */
    private boolean cut;

    private int controlFrames;
    private long controlSince;
    /** The connection speaks WebSocket: its handshake was accepted. */
    private boolean switched;

    /** Called at the start of each request and at the end of each response. */
    interface Exchanges {
        void started();

        void ended();

        /** Whether a request is being served. */
        boolean running();
    }

    ExchangeObserver(
            HttpConnection connection,
            Channel channel,
            StrictHttpDecoder decoder,
            Exchanges exchanges,
            BooleanSupplier draining) {
        this.connection = connection;
        this.channel = channel;
        this.decoder = decoder;
        this.exchanges = exchanges;
        this.draining = draining;
        this.gate = new ReadGate(channel, decoder);
        decoder.takeTurns(this);
    }

    @Override
    public boolean mayStart() {
        return !served && !exchanges.running() && channel.isWritable();
    }

    @Override
    public void waiting() {
        gate.check();
        if (!exchanges.running()) {
            resumeLater();
        }
    }

    @Override
    public void removed() {
        gate.tryOpen();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (gate.admitsRead()) {
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
            served = true;
            exchanges.started();
        } else if (cut || isPremature(message) || isFlood(message)) {
            ReferenceCountUtil.release(message);
            if (!cut) {
                cut = true;
                channel.eventLoop().execute(ctx::close);
            }
            return;
        }
        gate.check();
        ctx.fireChannelRead(HeapContent.of(message));
    }

    /**
     * A frame that the client sent before its handshake was accepted, which RFC 6455, 4.1, forbids. Vert.x has no
     * WebSocket yet that takes it, and would never release it.
     */
    private boolean isPremature(Object message) {
        return !switched && (message instanceof WebSocketFrame || message instanceof ByteBuf);
    }

    /**
     * Whether a WebSocket has sent more control frames than any client needs: each takes time from other connections.
     */
    private boolean isFlood(Object message) {
        if (!(message instanceof PingWebSocketFrame) && !(message instanceof PongWebSocketFrame)) {
            return false;
        }
        long now = System.nanoTime();
        if (controlFrames == 0 || now - controlSince > TimeUnit.SECONDS.toNanos(CONTROL_SECONDS)) {
            controlSince = now;
            controlFrames = 0;
        }
        return ++controlFrames > MAX_CONTROL_FRAMES;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        served = false;
        gate.readComplete(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        resumeLater();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse head) {
            if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                switched |= head.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
                ctx.write(message, promise);
                return;
            }
            decideClose(head);
        }
        if (message instanceof LastHttpContent) {
            exchanges.ended();
            resumeLater();
            if (closing) {
                // Vert.x ends the response, reads the rest of the request for at most this time, then closes.
                connection.shutdown(LINGER_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        ctx.write(message, promise);
    }

    /** Vert.x closes at once if a body is malformed, while the error response may not be flushed yet. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.flush();
        ctx.close(promise);
    }

    /**
     * In the next turn of the event loop: this may be called while the channel writes, or while Vert.x ends the
     * response. A plain task would run in the same turn, which may last a second while tasks follow each other: no
     * other connection would be read or accepted meanwhile.
     */
    private void resumeLater() {
        if (!resuming && (decoder.isWaiting() || gate.isShut()) && channel.isWritable()) {
            resuming = true;
            channel.eventLoop().schedule(this::resume, 0, TimeUnit.NANOSECONDS);
        }
    }

    private void resume() {
        resuming = false;
        if (decoder.isWaiting() && mayStart()) {
            decoder.resume();
        }
        gate.tryOpen();
    }

    private void decideClose(HttpResponse head) {
        HttpHeaders headers = head.headers();
        boolean endsWithConnection =
                head.protocolVersion() == HttpVersion.HTTP_1_0 && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
        if (draining.getAsBoolean() || endsWithConnection) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        closing |= headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    }
}
