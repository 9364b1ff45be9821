package dev.sluice.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Follows one HTTP/1.1 message, request or response, only as far as it takes to know where it ends. A chunked body is
 * not decoded: its last chunk is recognised at the end of a read, which holds because no peer here pipelines and no
 * body of the benchmark contains a carriage return.
 */
public final class MessageEnd {

    private static final byte[] CONTENT_LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "\r\ntransfer-encoding:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RETRY_AFTER = "\r\nretry-after:".getBytes(StandardCharsets.US_ASCII);
    /** The bytes of the last chunk, and as many bits. */
    private static final long LAST_CHUNK = 0x30_0d_0a_0d_0aL;

    private static final long LAST_CHUNK_MASK = 0xff_ff_ff_ff_ffL;
    private static final int LAST_CHUNK_LENGTH = 5;
    private static final int END_OF_HEAD = 0x0d_0a_0d_0a;
    private static final int MAX_HEAD = 16 * 1024;
    private static final long CHUNKED = -1;

    private final byte[] head = new byte[MAX_HEAD];
    private int headLength;
    private boolean headEnded;
    private int lastFour;
    private long left;
    private long tail;
    private boolean bodyBegan;
    private int blankLines;

    /**
     * Takes what was read, up to the message's end.
     *
     * @return whether the message is whole now; then {@link #reset} before the next
     * @throws IllegalStateException when the message has no length this class understands
     */
    public boolean take(ByteBuf in) {
        if (!headEnded) {
            takeHead(in);
            if (!headEnded) {
                return false;
            }
        }
        int readable = in.readableBytes();
        bodyBegan |= readable > 0;
        if (left == CHUNKED) {
            return takeChunks(in, readable);
        }
        int taken = (int) Math.min(left, readable);
        in.skipBytes(taken);
        left -= taken;
        return left == 0;
    }

    public void reset() {
        headLength = 0;
        headEnded = false;
        lastFour = 0;
        left = 0;
        tail = 0;
        bodyBegan = false;
    }

    /** Whether a byte of the body came. */
    public boolean bodyBegan() {
        return bodyBegan;
    }

    /** Blank lines in the body since the last time this was asked: the events of a stream. */
    public int blankLines() {
        int seen = blankLines;
        blankLines = 0;
        return seen;
    }

    /** Whether nothing at all came yet. */
    public boolean untouched() {
        return headLength == 0;
    }

    /** A byte of the head, once it is whole. */
    public byte head(int index) {
        return head[index];
    }

    /** Whether this is a response with status 200. */
    public boolean isOk() {
        return head[9] == '2' && head[10] == '0' && head[11] == '0';
    }

    /** Whether this is a response that refuses for now: 429 or 503. */
    public boolean isRefusal() {
        boolean throttled = head[9] == '4' && head[10] == '2' && head[11] == '9';
        return throttled || head[9] == '5' && head[10] == '0' && head[11] == '3';
    }

    /** Whether it says when to ask again. */
    public boolean hasRetryAfter() {
        return valueOf(RETRY_AFTER) >= 0;
    }

    /** The first line, for messages about what went wrong. */
    public String firstLine() {
        return new String(head, 0, headLength, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("");
    }

    private void takeHead(ByteBuf in) {
        while (in.isReadable()) {
            byte next = in.readByte();
            if (headLength == MAX_HEAD) {
                throw new IllegalStateException("a head of more than " + MAX_HEAD + " bytes");
            }
            head[headLength++] = next;
            lastFour = lastFour << 8 | next & 0xff;
            if (lastFour == END_OF_HEAD) {
                headEnded = true;
                left = bodyLength();
                return;
            }
        }
    }

    private boolean takeChunks(ByteBuf in, int readable) {
        countBlankLines(in);
        for (int i = in.writerIndex() - Math.min(readable, LAST_CHUNK_LENGTH); i < in.writerIndex(); i++) {
            tail = tail << 8 | in.getByte(i) & 0xff;
        }
        in.skipBytes(readable);
        return (tail & LAST_CHUNK_MASK) == LAST_CHUNK;
    }

    /** One that is cut in two by a read or a chunk is missed, which is one in thousands. */
    private void countBlankLines(ByteBuf in) {
        int line = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        while (line >= 0 && line + 1 < in.writerIndex()) {
            if (in.getByte(line + 1) == '\n') {
                blankLines++;
            }
            line = in.indexOf(line + 2, in.writerIndex(), (byte) '\n');
        }
    }

    private long bodyLength() {
        int value = valueOf(CONTENT_LENGTH);
        if (value >= 0) {
            long length = 0;
            for (int i = value; head[i] != '\r'; i++) {
                if (head[i] != ' ') {
                    length = 10 * length + head[i] - '0';
                }
            }
            return length;
        }
        if (valueOf(TRANSFER_ENCODING) >= 0) {
            return CHUNKED;
        }
        throw new IllegalStateException("neither content-length nor transfer-encoding: " + firstLine());
    }

    /** Where the field's value begins, or -1. */
    private int valueOf(byte[] field) {
        for (int i = 0; i + field.length < headLength; i++) {
            if (head[i] == '\r' && matches(i, field)) {
                return i + field.length;
            }
        }
        return -1;
    }

    private boolean matches(int at, byte[] field) {
        for (int i = 0; i < field.length; i++) {
            int one = head[at + i];
            if ((one >= 'A' && one <= 'Z' ? one + 32 : one) != field[i]) {
                return false;
            }
        }
        return true;
    }
}
