package dev.sluice.provider.upstream;

import dev.sluice.stream.HeapContent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
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
import io.vertx.core.VertxException;
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
 *   <li>Bytes while no request is outstanding close the connection.
 * </ul>
 *
 * <p>One request at a time: Sluice does not pipeline.
 */
final class UpstreamCodec extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {

    /** The method of the outstanding request; null when there is none, or when its final head has been received. */
    private HttpMethod awaited;
    /** The response that is being received. */
    private HttpResponse response;

    private UpstreamCodec(HttpDecoderConfig config) {
        init(new Decoder(config), new Encoder());
    }

    /**
     * Makes a new connection skip informational responses, over HTTP/1 and HTTP/2. Call it before the first request.
     */
    static void install(ChannelPipeline pipeline, int maxHeaderBytes, int maxChunkBytes) {
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 == null) {
            pipeline.replace(
                    HttpClientCodec.class,
                    "codec",
                    new UpstreamCodec(new HttpDecoderConfig()
                            .setMaxHeaderSize(maxHeaderBytes)
                            .setMaxChunkSize(maxChunkBytes)));
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
            }
            super.encode(ctx, message, out);
        }
    }

    private final class Decoder extends HttpResponseDecoder {

        Decoder(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the outcome of a close changes nothing
        protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
            if (awaited == null && response == null && buffer.isReadable()) {
                buffer.skipBytes(buffer.readableBytes());
                ctx.channel().close();
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
                track((HttpObject) out.get(i), buffer);
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

        private void track(HttpObject object, ByteBuf buffer) {
            if (object instanceof HttpResponse head) {
                awaited = null;
                response = head;
                if (head.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                    head.setDecoderResult(
                            DecoderResult.failure(new VertxException("responded 101 to a request without Upgrade")));
                }
            }
            if (object instanceof LastHttpContent) {
                if (buffer.isReadable()) {
                    // Vert.x reads the header at the end of the response, and then closes instead of reusing.
                    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                    buffer.skipBytes(buffer.readableBytes());
                }
                response = null;
            }
        }
    }
}
