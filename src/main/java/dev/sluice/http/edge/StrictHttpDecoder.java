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
import io.netty.util.ByteProcessor;
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
    private static final int CONTENT_TYPE_LENGTH = "content-type".length();
    private static final int CONTENT_LENGTH_LENGTH = "content-length".length();
    private static final byte VERTICAL_TAB = 0x0b;
    private static final byte FORM_FEED = 0x0c;

    /** Bytes of pipelined requests that wait in the decoder before reading stops. */
    private static final int MAX_WAITING = ServerSettings.MAX_HEADER_BYTES;

    /** Where the search in a request line stops: at its end, or at a separator that is no space. */
    private static final ByteProcessor LINE_END_OR_ODD_SEPARATOR = value ->
            value != HttpConstants.LF && value != HttpConstants.HT && value != VERTICAL_TAB && value != FORM_FEED;

    private Turn turn;
    private ChannelHandlerContext context;
    private int waiting;
    private boolean inLine = true;
    private boolean oddSeparator;
    private boolean inHead = true;
    /** Bytes of the current head consumed so far, line ends included. */
    private long headBytes;

    private boolean refused;
    private int fields;

    /** Decides when the next pipelined request is decoded. Called on the event loop. */
    interface Turn {

        boolean mayStart();

        /** Bytes of a request that may not start yet were received. */
        void waiting();

        /** The connection speaks another protocol from now on. */
        void removed();
    }

    StrictHttpDecoder(HttpServerOptions options) {
        super(options);
    }

    void takeTurns(Turn turn) {
        this.turn = turn;
    }

    boolean isWaiting() {
        return waiting > 0;
    }

    boolean isFull() {
        return waiting > MAX_WAITING;
    }

    /** Decodes the bytes that waited. */
    void resume() {
        if (!context.isRemoved()) {
            try {
                channelRead(context, Unpooled.EMPTY_BUFFER);
                channelReadComplete(context);
            } catch (Exception failure) {
                context.fireExceptionCaught(failure);
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        super.handlerRemoved0(ctx);
        waiting = 0;
        if (turn != null) {
            turn.removed();
        }
    }

    /** Netty would read on, past the gate, because these bytes became no message. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (waiting > 0) {
            discardSomeReadBytes();
            ctx.fireChannelReadComplete();
        } else {
            super.channelReadComplete(ctx);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            // The start of the next request is not known any more.
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (inHead && headBytes == 0 && turn != null) {
            if (!turn.mayStart()) {
                waiting = buffer.readableBytes();
                turn.waiting();
                return;
            }
            waiting = 0;
        }
        int from = buffer.readerIndex();
        int produced = out.size();
        super.decode(ctx, buffer, out);
        if (inHead) {
            int to = buffer.readerIndex();
            int start = headBytes == 0 ? skipEmptyLines(buffer, from, to) : from;
            headBytes += to - start;
            if (inLine && to > start) {
                searchLine(buffer, start, to - start);
            }
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
        if (differsInTheLetterThatVertxSkips(line, start, length)) {
            return new AsciiString(line, start, length, true);
        }
        return super.splitHeaderName(line, start, length);
    }

    /**
     * Whether a name has the length of {@code Content-Type} or {@code Content-Length}, but another ninth character.
     * Vert.x does not compare that one and would frame a body by {@code Content-Xength} (CVE-2026-102479).
     */
    private static boolean differsInTheLetterThatVertxSkips(byte[] line, int start, int length) {
        if (length != CONTENT_TYPE_LENGTH && length != CONTENT_LENGTH_LENGTH) {
            return false;
        }
        char expected = length == CONTENT_TYPE_LENGTH ? 't' : 'l';
        return (line[start] | 0x20) == 'c' && (line[start + 8] | 0x20) != expected;
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
            if (!(object instanceof HttpRequest)) {
                object.setDecoderResult(
                        DecoderResult.failure(bodyRefusal(object.decoderResult().cause())));
            }
            return;
        }
        if (object instanceof HttpRequest request) {
            inHead = false;
            if (folded(request.decoderResult())) {
                refuse(request, "header lines must not be folded", "folded_header");
            } else if (oddSeparator || spaced(request)) {
                refuse(
                        request,
                        "malformed request line (expected: METHOD TARGET VERSION, one space each)",
                        "bad_request");
            }
        }
        if (object instanceof LastHttpContent) {
            inHead = true;
            inLine = true;
            oddSeparator = false;
            headBytes = 0;
        }
    }

    /** Typed, because Vert.x reports a malformed body in the same way as a client that has left. */
    private static GatewayException bodyRefusal(Throwable cause) {
        return cause instanceof GatewayException refusal
                ? refusal
                : new GatewayException(GatewayError.invalid("malformed chunked request body", null, "bad_body"));
    }

    private void refuse(HttpRequest request, String message, String code) {
        refused = true;
        request.setDecoderResult(
                DecoderResult.failure(new GatewayException(GatewayError.invalid(message, null, code))));
    }

    /** Netty takes any white space for a separator, of any length (RFC 9112, 3: a server may, but parsers differ). */
    private void searchLine(ByteBuf buffer, int from, int length) {
        int found = buffer.forEachByte(from, length, LINE_END_OR_ODD_SEPARATOR);
        if (found >= 0) {
            inLine = false;
            oddSeparator = buffer.getByte(found) != HttpConstants.LF;
        }
    }

    private static boolean spaced(HttpRequest request) {
        int expected = request.method().name().length()
                + request.uri().length()
                + request.protocolVersion().text().length()
                + 2;
        return ((HttpMessageDecoderResult) request.decoderResult()).initialLineLength() != expected;
    }

    /** Whether line ends were consumed other than those of the request line, the fields and the empty line. */
    private boolean folded(DecoderResult result) {
        return !(result instanceof HttpMessageDecoderResult read)
                || headBytes - read.totalSize() != CRLF * (fields + 2L);
    }
}
