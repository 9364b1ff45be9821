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
import io.netty.handler.codec.http.HttpMessageDecoderResult;
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
 * The HTTP/1 decoder of Vert.x with stricter checks. Netty joins a header line that is continued on the next one
 * (obs-fold, RFC 9112, 5.2), does not limit the number of fields, and refuses an unknown version without a body.
 * Refusals are failed decoder results with a {@link GatewayException}.
 *
 * <p>Folds are counted, not searched: Netty reports the total length of the lines of a head without their line ends,
 * which are always CRLF. It consumes two more bytes for the request line, for each field and for the empty line;
 * further bytes belong to a line that did not become a field. No byte is read twice, and no byte of a body, because
 * Netty ends the call that completes a head at its last byte.
 */
final class StrictHttpDecoder extends VertxHttpRequestDecoder {

    private static final int CRLF = 2;

    private boolean inHead = true;
    /** Bytes of the current head consumed so far, line ends included. */
    private long headBytes;

    private boolean refused;
    private int fields;

    StrictHttpDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            // The start of the next request is not known any more.
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        int from = buffer.readerIndex();
        int produced = out.size();
        super.decode(ctx, buffer, out);
        if (inHead) {
            int to = buffer.readerIndex();
            headBytes += to - (headBytes == 0 ? skipEmptyLines(buffer, from, to) : from);
        }
        for (int i = produced; i < out.size(); i++) {
            track((HttpObject) out.get(i));
        }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        fields = 0;
        String version = initialLine[2];
        if (!version.equals(HttpVersion.HTTP_1_1.text()) && !version.equals(HttpVersion.HTTP_1_0.text())) {
            throw new GatewayException(
                    GatewayError.invalid("HTTP version not supported (expected: HTTP/1.1)", null, "http_version")
                            .withStatus(505));
        }
        return super.createMessage(initialLine);
    }

    /** Netty's message has version HTTP/1.0, so an HTTP/1.1 client would get an HTTP/1.0 response. */
    @Override
    protected HttpMessage createInvalidMessage() {
        return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request", Unpooled.EMPTY_BUFFER);
    }

    /** Called once for each field, trailers included. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (++fields > ServerSettings.MAX_HEADER_FIELDS) {
            throw new GatewayException(tooManyFields());
        }
        return super.splitHeaderName(line, start, length);
    }

    static GatewayError tooManyFields() {
        return GatewayError.invalid(
                        "too many header fields (limit: " + ServerSettings.MAX_HEADER_FIELDS + ")",
                        null,
                        "headers_too_large")
                .withStatus(431);
    }

    /** Empty lines before a request are not part of its head (RFC 9112, 2.2). */
    private static int skipEmptyLines(ByteBuf buffer, int from, int to) {
        int at = from;
        while (at < to && (buffer.getByte(at) == HttpConstants.CR || buffer.getByte(at) == HttpConstants.LF)) {
            at++;
        }
        return at;
    }

    private void track(HttpObject object) {
        if (object.decoderResult().isFailure()) {
            refused = true;
            return;
        }
        if (object instanceof HttpRequest request) {
            inHead = false;
            if (folded(request.decoderResult())) {
                refused = true;
                request.setDecoderResult(DecoderResult.failure(new GatewayException(
                        GatewayError.invalid("header lines must not be folded", null, "folded_header"))));
            }
        }
        if (object instanceof LastHttpContent) {
            inHead = true;
            headBytes = 0;
        }
    }

    /** Whether line ends were consumed other than those of the request line, the fields and the empty line. */
    private boolean folded(DecoderResult result) {
        return !(result instanceof HttpMessageDecoderResult read)
                || headBytes - read.totalSize() != CRLF * (fields + 2L);
    }
}
