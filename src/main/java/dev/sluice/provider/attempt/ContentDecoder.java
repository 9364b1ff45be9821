package dev.sluice.provider.attempt;

import dev.sluice.model.ByteSlice;
import dev.sluice.stream.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Decodes a response that is compressed with gzip or deflate. Sluice asks for none, but some proxies compress anyway.
 * The decoded bytes count against the limits of bodies and events, so a small response cannot become an endless one.
 */
final class ContentDecoder {

    /** Bytes that are decoded at a time: they become 4 MiB at most. */
    private static final int STEP = 4 * 1024;

    /** The most that one chunk may become: 32 MiB, as the largest event. */
    private static final int MAX_DECODED = 32 << 20;

    private final EmbeddedChannel channel;
    private final Handler<Buffer> decoded;
    private final Consumer<Throwable> malformed;
    private boolean failed;

    private ContentDecoder(ZlibWrapper format, Handler<Buffer> decoded, Consumer<Throwable> malformed) {
        // 0: the size of one piece is limited by STEP.
        this.channel = new EmbeddedChannel(ZlibCodecFactory.newZlibDecoder(format, 0));
        this.decoded = decoded;
        this.malformed = malformed;
    }

    /** Whether the body can be read: it is not encoded, or in a coding that is decoded here. */
    static boolean isReadable(HttpClientResponse response) {
        String encoding = UpstreamHead.contentEncoding(response);
        return encoding == null || format(encoding) != null;
    }

    /**
     * The handler of the chunks of a response.
     *
     * @param decoded receives the decoded chunks; as they come when the response is not encoded, or not readable
     * @param malformed receives the failure, after which there are no more chunks
     */
    static Handler<Buffer> handler(
            HttpClientResponse response, Handler<Buffer> decoded, Consumer<Throwable> malformed) {
        String encoding = UpstreamHead.contentEncoding(response);
        ZlibWrapper format = encoding == null ? null : format(encoding);
        return format == null ? decoded : new ContentDecoder(format, decoded, malformed)::decode;
    }

    private static ZlibWrapper format(String encoding) {
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> ZlibWrapper.GZIP;
            // Some servers leave the zlib header out.
            case "deflate" -> ZlibWrapper.ZLIB_OR_NONE;
            default -> null;
        };
    }

    private void decode(Buffer chunk) {
        if (failed) {
            return;
        }
        Buffer all = Buffer.buffer();
        try {
            ByteSlice bytes = Buffers.slice(chunk);
            for (int from = 0; from < bytes.length(); from += STEP) {
                int length = Math.min(STEP, bytes.length() - from);
                channel.writeInbound(Unpooled.wrappedBuffer(bytes.array(), bytes.offset() + from, length));
                append(all);
            }
        } catch (DecoderException wrong) {
            failed = true;
            release();
            malformed.accept(wrong);
            return;
        }
        if (all.length() > 0) {
            decoded.handle(all);
        }
    }

    /** A decoder that is closed reads what it has left, and fails once more. */
    private void release() {
        try {
            channel.finishAndReleaseAll();
        } catch (DecoderException again) {
            channel.releaseInbound();
        }
    }

    private void append(Buffer all) {
        for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
            byte[] copy = new byte[piece.readableBytes()];
            piece.readBytes(copy);
            piece.release();
            all.appendBytes(copy);
        }
        if (all.length() > MAX_DECODED) {
            throw new DecompressionException("more than " + MAX_DECODED + " bytes from one chunk");
        }
    }
}
