package dev.sluice.provider.upstream;

import dev.sluice.provider.upstream.SocketProbe.Waiting;
import dev.sluice.stream.HeapContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.VertxException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The HTTP/1 codec of upstream connections. It replaces Netty's {@link HttpClientCodec}, with which Vert.x takes an
 * informational response for the final one, and keeps a connection with unread bytes. Either gives one caller's
 * response to another.
 *
 * <ul>
 *   <li>Informational responses are skipped, also those of unknown status (RFC 9110, 15.2). No request has
 *       {@code Expect} or {@code Upgrade}, so none is needed; 101 is a violation of the protocol and fails the request.
 *   <li>Bytes after the end of a response close the connection, before another request can be sent on it.
 *   <li>Bytes before the first byte of a request was sent close the connection, also if they still wait in the socket.
 *       Such a request was not sent: it fails with {@link NetworkFailure.Unsent}.
 *   <li>A response that ends before its request was sent completely closes the connection.
 *   <li>A response that begins within a round trip of its request, where an earlier one took much longer, may be a late
 *       one of an earlier request. The connection serves no further request, so that at most one is affected.
 *   <li>{@link ConnectionReuse} limits how often and how long a connection is used.
 * </ul>
 *
 * <p>One request at a time: Sluice does not pipeline.
 */
final class UpstreamCodec extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {

    /** Added to the round trip: the delays of the event loop and of the provider's own front. */
    private static final long EARLY_NANOS = 1_000_000;
    /** A response is early only if another one took this many times as long. */
    private static final int MUCH_LONGER = 8;

    private static final ByteBuf TIMEOUT = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 408", StandardCharsets.US_ASCII).asReadOnly());

    private final ConnectionReuse reuse;
    private final long openedNanos;
    /** The time within which no response can be expected. */
    private final long earlyNanos;
    /** Bytes in the socket may be records of TLS itself. */
    private final boolean tls;

    private final Runnable responseEnded;

    /** The method of the outstanding request; null when there is none, or when its final head has been received. */
    private HttpMethod awaited;
    /** The response that is being received. */
    private HttpResponse response;

    /** No byte of the request was given to the socket. */
    private boolean unsent;
    /** The whole request was encoded. */
    private boolean encoded;
    /** The connection serves no further request. */
    private boolean last;

    private int served;
    private long sentNanos;
    private long longestNanos;

    private UpstreamCodec(
            HttpDecoderConfig config, ConnectionReuse reuse, long roundTripNanos, boolean tls, Runnable responseEnded) {
        this.responseEnded = responseEnded;
        this.reuse = reuse;
        this.openedNanos = reuse.nanoTime();
        this.earlyNanos = roundTripNanos * 5 / 4 + EARLY_NANOS;
        this.tls = tls;
        init(new Decoder(config), new Encoder());
    }

    /**
     * Makes a new connection skip informational responses, over HTTP/1 and HTTP/2. Call it before the first request.
     *
     * @param roundTripNanos of the connection, 0 if unknown
     * @param responseEnded called when a complete request has got its complete response over HTTP/1
     */
    static void install(
            ChannelPipeline pipeline,
            int maxHeaderBytes,
            int maxChunkBytes,
            ConnectionReuse reuse,
            long roundTripNanos,
            Runnable responseEnded) {
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 == null) {
            pipeline.replace(
                    HttpClientCodec.class,
                    "codec",
                    new UpstreamCodec(
                            new HttpDecoderConfig()
                                    .setMaxHeaderSize(maxHeaderBytes)
                                    .setMaxChunkSize(maxChunkBytes),
                            reuse,
                            roundTripNanos,
                            pipeline.get(SslHandler.class) != null,
                            responseEnded));
        } else {
            Http2ConnectionDecoder decoder = http2.decoder();
            decoder.frameListener(new FinalHeaders(decoder.frameListener()));
        }
    }

    /** Skips informational responses over HTTP/2, where streams keep the responses of different requests apart. */
    private static final class FinalHeaders extends Http2FrameListenerDecorator {

        FinalHeaders(Http2FrameListener listener) {
            super(listener);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean end)
                throws Http2Exception {
            if (!isInformational(headers)) {
                super.onHeadersRead(ctx, stream, headers, padding, end);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int stream,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end)
                throws Http2Exception {
            if (!isInformational(headers)) {
                super.onHeadersRead(ctx, stream, headers, dependency, weight, exclusive, padding, end);
            }
        }

        /** Trailers have no status. */
        private static boolean isInformational(Http2Headers headers) {
            CharSequence status = headers.status();
            return status != null && status.length() == 3 && status.charAt(0) == '1';
        }
    }

    private final class Encoder extends HttpRequestEncoder {

        @Override
        protected void encode(ChannelHandlerContext ctx, Object message, List<Object> out) throws Exception {
            if (message instanceof HttpRequest request) {
                awaited = request.method();
                unsent = true;
                encoded = false;
            }
            encoded |= message instanceof LastHttpContent;
            super.encode(ctx, message, out);
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (unsent) {
                unsent = false;
                // The first request has no earlier one whose response could wait.
                Waiting waiting = served == 0 ? Waiting.NOTHING : SocketProbe.waiting(ctx.channel());
                if (waiting != Waiting.NOTHING) {
                    refuse(ctx, waiting == Waiting.BYTES && !tls);
                    return;
                }
                sentNanos = reuse.nanoTime();
            }
            ctx.flush();
        }
    }

    /** Closes the connection without sending what waits to be sent. */
    private void refuse(ChannelHandlerContext ctx, boolean unsolicited) {
        if (unsolicited) {
            reuse.reportUnsolicited();
        }
        ctx.fireExceptionCaught(new NetworkFailure.Unsent());
    }

    private final class Decoder extends HttpResponseDecoder {

        Decoder(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
            if (response == null && (awaited == null || unsent) && buffer.isReadable()) {
                // Some servers announce that they close an idle connection.
                boolean notice = buffer.readableBytes() >= TIMEOUT.readableBytes()
                        && ByteBufUtil.equals(buffer, buffer.readerIndex(), TIMEOUT, 0, TIMEOUT.readableBytes());
                buffer.skipBytes(buffer.readableBytes());
                refuse(ctx, !notice);
                return;
            }
            int produced = out.size();
            super.decode(ctx, buffer, out);
            if (out.size() > produced && isSkipped((HttpObject) out.get(produced))) {
                // An informational response has no body: it and its end are decoded at once.
                while (out.size() > produced) {
                    out.removeLast();
                }
            }
            for (int i = produced; i < out.size(); i++) {
                track(ctx, (HttpObject) out.get(i), buffer);
                out.set(i, HeapContent.of(out.get(i)));
            }
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return HttpMethod.HEAD.equals(awaited) || super.isContentAlwaysEmpty(message);
        }

        private static boolean isSkipped(HttpObject object) {
            return object instanceof HttpResponse informational
                    && informational.decoderResult().isSuccess()
                    && informational.status().codeClass() == HttpStatusClass.INFORMATIONAL
                    && informational.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        }

        private void track(ChannelHandlerContext ctx, HttpObject object, ByteBuf buffer) {
            if (object instanceof HttpResponse head) {
                awaited = null;
                response = head;
                headReceived();
                if (head.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                    head.setDecoderResult(
                            DecoderResult.failure(new VertxException("responded 101 to a request without Upgrade")));
                }
            }
            if (object instanceof LastHttpContent) {
                served++;
                if (buffer.isReadable()) {
                    buffer.skipBytes(buffer.readableBytes());
                    reuse.reportUnsolicited();
                }
                boolean sent = isSent(ctx.channel());
                if (last || !sent || !reuse.isAllowed(served, openedNanos, reuse.nanoTime())) {
                    // Vert.x reads the header at the end of the response, and then closes instead of reusing.
                    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                }
                response = null;
                if (sent) {
                    responseEnded.run();
                }
            }
        }

        private void headReceived() {
            long duration = reuse.nanoTime() - sentNanos;
            if (duration < earlyNanos && longestNanos > MUCH_LONGER * earlyNanos) {
                last = true;
            }
            longestNanos = Math.max(longestNanos, duration);
        }

        /** Whether the socket has taken the whole request. */
        private boolean isSent(Channel channel) {
            ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
            return encoded && !unsent && outbound != null && outbound.isEmpty();
        }
    }
}
