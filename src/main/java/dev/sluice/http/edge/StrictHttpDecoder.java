package dev.sluice.http.edge;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * The decoder of Vert.x, with what must be known before a request is built: a header line continued on the next one
 * (obs-fold, RFC 9112, 5.2) is joined by Netty without a trace, the number of fields is not bounded, and an unknown version is
 * answered without a body. Refusals leave as failed decoder results that carry a {@link GatewayException}.
 *
 * <p>Folds are looked for only in bytes that the decoder has just consumed as a head. Netty consumes a head in whole lines and
 * ends the call that completes it, so no byte of a body is ever looked at, however the network cuts the stream.
 */
final class StrictHttpDecoder extends VertxHttpRequestDecoder {

    private static final String[] VERSIONS = {"HTTP/1.1", "HTTP/1.0"};

    private boolean inHead = true;
    /** Whole lines of the current head were consumed by earlier calls, so the next byte begins a line. */
    private boolean afterLine;

    private boolean folded;
    private boolean refused;
    private int fields;

    StrictHttpDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            // Where the next request begins is not known any more.
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        int from = buffer.readerIndex();
        int produced = out.size();
        super.decode(ctx, buffer, out);
        if (inHead) {
            lookForFold(buffer, from, buffer.readerIndex());
        }
        for (int i = produced; i < out.size(); i++) {
            follow((HttpObject) out.get(i));
        }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        fields = 0;
        if (!VERSIONS[0].equals(initialLine[2]) && !VERSIONS[1].equals(initialLine[2])) {
            throw new GatewayException(GatewayError.invalid("HTTP version not served (expected: HTTP/1.1)", null, "http_version")
                    .withStatus(505));
        }
        return super.createMessage(initialLine);
    }

    /** Netty's is HTTP/1.0, which would make the refusal an HTTP/1.0 answer to an HTTP/1.1 client. */
    @Override
    protected HttpMessage createInvalidMessage() {
        return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request", Unpooled.EMPTY_BUFFER);
    }

    /** Called once for each field, of trailers too. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (++fields > ServerSettings.MAX_HEADER_FIELDS) {
            throw new GatewayException(tooManyFields());
        }
        return super.splitHeaderName(line, start, length);
    }

    static GatewayError tooManyFields() {
        return GatewayError.invalid(
                        "too many header fields (limit: " + ServerSettings.MAX_HEADER_FIELDS + ")", null, "headers_too_large")
                .withStatus(431);
    }

    private void lookForFold(ByteBuf buffer, int from, int to) {
        if (from == to) {
            return;
        }
        folded |= afterLine && blank(buffer.getByte(from));
        afterLine = true;
        int at = from;
        while (!folded && (at = buffer.indexOf(at, to, HttpConstants.LF) + 1) > 0 && at < to) {
            folded = blank(buffer.getByte(at));
        }
    }

    private static boolean blank(byte b) {
        return b == HttpConstants.SP || b == HttpConstants.HT;
    }

    private void follow(HttpObject object) {
        if (object.decoderResult().isFailure()) {
            refused = true;
            return;
        }
        if (object instanceof HttpRequest request) {
            inHead = false;
            if (folded) {
                refused = true;
                request.setDecoderResult(DecoderResult.failure(new GatewayException(
                        GatewayError.invalid("header lines must not be folded", null, "folded_header"))));
            }
        }
        if (object instanceof LastHttpContent) {
            inHead = true;
            afterLine = false;
            folded = false;
        }
    }
}
