package dev.sluice.http.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/**
 * Decodes the frames of a WebSocket client (RFC 6455, 5.2) and passes the payload of data frames on as it arrives, in
 * fragments. Netty's decoder collects a whole frame first: of clients that send large messages slowly, more bytes would
 * be in memory than any limit of Sluice counts. There are no extensions.
 */
// Netty completes the promise that it was given; the returned future is the same promise.
@SuppressWarnings("FutureReturnValueIgnored")
public final class SocketFrameDecoder extends ByteToMessageDecoder {

    private static final int MAX_CONTROL_BYTES = 125;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int KEY_BYTES = 4;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** A message has begun and has not ended. */
    private boolean inMessage;
    /** The header of the current frame has been read. */
    private boolean inFrame;
    /** Nothing of the current frame was passed on. */
    private boolean first;

    private boolean last;
    private int opcode;
    private long left;
    private final byte[] key = new byte[KEY_BYTES];
    private int keyAt;
    /** The client broke the protocol: what follows is discarded until the connection is closed. */
    private boolean broken;

    /** Replaces Netty's decoder. Called when the handshake is accepted, before the client can have sent a frame. */
    public static void install(HttpServerRequest request) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.replace(WebSocket13FrameDecoder.class, "socketFrames", new SocketFrameDecoder());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!inFrame && !header(ctx, in)) {
            return;
        }
        if (opcode >= CLOSE) {
            if (in.readableBytes() >= left) {
                inFrame = false;
                out.add(control(payload(ctx, in)));
            }
        } else if (left == 0 || in.isReadable()) {
            out.add(data(payload(ctx, in)));
        }
    }

    /** Reads the header of a frame; false when it is incomplete or malformed. */
    private boolean header(ChannelHandlerContext ctx, ByteBuf in) {
        int start = in.readerIndex();
        if (in.readableBytes() < 2) {
            return false;
        }
        int flags = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        int length = second & 0x7f;
        int lengthBytes = length == LENGTH_16 ? Short.BYTES : length == LENGTH_64 ? Long.BYTES : 0;
        if (in.readableBytes() < 2 + lengthBytes + KEY_BYTES) {
            return false;
        }
        left = switch (lengthBytes) {
            case Short.BYTES -> in.getUnsignedShort(start + 2);
            case Long.BYTES -> in.getLong(start + 2);
            default -> length;
        };
        last = (flags & 0x80) != 0;
        opcode = flags & 0x0f;
        String fault = fault(flags, second);
        if (fault != null) {
            close(ctx, fault);
            in.skipBytes(in.readableBytes());
            return false;
        }
        in.getBytes(start + 2 + lengthBytes, key);
        in.skipBytes(2 + lengthBytes + KEY_BYTES);
        keyAt = 0;
        inFrame = true;
        first = true;
        return true;
    }

    private String fault(int flags, int second) {
        if ((flags & 0x70) != 0) {
            return "reserved bits without an extension";
        }
        if ((second & 0x80) == 0) {
            return "a frame of a client that is not masked";
        }
        if (opcode >= CLOSE) {
            boolean known = opcode == CLOSE || opcode == PING || opcode == PONG;
            boolean fits = left <= MAX_CONTROL_BYTES && (opcode != CLOSE || left != 1);
            return known && last && fits ? null : "a malformed control frame";
        }
        if (left < 0 || opcode > BINARY) {
            return "a malformed data frame";
        }
        return inMessage == (opcode == CONTINUATION) ? null : "a fragment that belongs to no message";
    }

    /** What has arrived of the payload, unmasked. */
    private ByteBuf payload(ChannelHandlerContext ctx, ByteBuf in) {
        int length = (int) Math.min(left, in.readableBytes());
        ByteBuf payload = ctx.alloc().heapBuffer(length, Math.max(1, length));
        in.readBytes(payload, length);
        byte[] bytes = payload.array();
        int offset = payload.arrayOffset();
        for (int i = 0; i < length; i++) {
            bytes[offset + i] ^= key[keyAt++ & 3];
        }
        left -= length;
        return payload;
    }

    private WebSocketFrame data(ByteBuf payload) {
        boolean begins = first && opcode != CONTINUATION;
        first = false;
        inFrame = left > 0;
        boolean ends = last && !inFrame;
        inMessage = !ends;
        if (!begins) {
            return new ContinuationWebSocketFrame(ends, 0, payload);
        }
        return opcode == TEXT ? new TextWebSocketFrame(ends, 0, payload) : new BinaryWebSocketFrame(ends, 0, payload);
    }

    private WebSocketFrame control(ByteBuf payload) {
        return switch (opcode) {
            case CLOSE -> new CloseWebSocketFrame(true, 0, payload);
            case PING -> new PingWebSocketFrame(true, 0, payload);
            default -> new PongWebSocketFrame(true, 0, payload);
        };
    }

    private void close(ChannelHandlerContext ctx, String fault) {
        broken = true;
        ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.PROTOCOL_ERROR, fault))
                .addListener(written -> ctx.close());
    }
}
