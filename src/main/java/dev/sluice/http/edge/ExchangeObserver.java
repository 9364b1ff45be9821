package dev.sluice.http.edge;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sees every exchange of one HTTP/1 connection begin and end, without taking the response's only end handler from the
 * router. Makes {@code Connection: close} true: Vert.x writes the header if asked, but closes only when the
 * <em>client</em> asked.
 */
// Netty hands each outcome to the promise it was given; the returned future is that promise again.
@SuppressWarnings("FutureReturnValueIgnored")
final class ExchangeObserver extends ChannelDuplexHandler {

    /**
     * How long the rest of a refused upload is read and thrown away. Closing with unread bytes makes the kernel send a
     * reset, which may overtake the answer.
     */
    static final long LINGER_MILLIS = 2_000;

    private final HttpConnection connection;
    private final Exchanges exchanges;
    private final BooleanSupplier draining;
    private boolean closing;

    /** Told of the beginnings and endings. */
    interface Exchanges {
        void started();

        void ended();
    }

    ExchangeObserver(HttpConnection connection, Exchanges exchanges, BooleanSupplier draining) {
        this.connection = connection;
        this.exchanges = exchanges;
        this.draining = draining;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
            exchanges.started();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse head) {
            if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                ctx.write(message, promise);
                return;
            }
            decideClose(head);
        }
        if (message instanceof LastHttpContent) {
            exchanges.ended();
            if (closing) {
                // Vert.x finishes the response, reads what is left of the request, then closes; or closes after this
                // time.
                connection.shutdown(LINGER_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        ctx.write(message, promise);
    }

    /** Vert.x closes at once when a body is malformed; the answer to it may still wait for the end of the read. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.flush();
        ctx.close(promise);
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
