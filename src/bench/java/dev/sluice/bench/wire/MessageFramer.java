package dev.sluice.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Finds the end of an HTTP/1.1 message, request or response. A chunked body is not decoded: its last chunk is
 * recognized at the end of a read. That is correct here, because no peer pipelines and no body of the benchmark
 * contains a carriage return.
 */
public final class MessageFramer {

    private static final byte[] CONTENT_LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "\r\ntransfer-encoding:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RETRY_AFTER = "\r\nretry-after:".getBytes(StandardCharsets.US_ASCII);
    /** The bytes of the last chunk, and a mask of that length. */
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
    private long remaining;
    private long tail;
    private boolean bodyStarted;
    private int blankLines;

    /**
     * Consumes received bytes, up to the end of the message.
     *
     * @return true if the message is complete; call {@link #reset} before the next one
     * @throws IllegalStateException if the message has neither a content length nor a transfer encoding
     */
    public boolean accept(ByteBuf in) {
        if (!headEnded) {
            takeHead(in);
            if (!headEnded) {
                return false;
            }
        }
        int readable = in.readableBytes();
        bodyStarted |= readable > 0;
        if (remaining == CHUNKED) {
            return takeChunks(in, readable);
        }
        int taken = (int) Math.min(remaining, readable);
        in.skipBytes(taken);
        remaining -= taken;
        return remaining == 0;
    }

    public void reset() {
        headLength = 0;
        headEnded = false;
        lastFour = 0;
        remaining = 0;
        tail = 0;
        bodyStarted = false;
    }

    /** True once a byte of the body was received. */
    public boolean bodyStarted() {
        return bodyStarted;
    }

    /** Blank lines in the body since the last call: the events of a stream. */
    public int blankLines() {
        int seen = blankLines;
        blankLines = 0;
        return seen;
    }

    /** True while no byte was received. */
    public boolean isEmpty() {
        return headLength == 0;
    }

    /** A byte of the head, once the head is complete. */
    public byte head(int index) {
        return head[index];
    }

    /** True for a response with status 200. */
    public boolean isOk() {
        return head[9] == '2' && head[10] == '0' && head[11] == '0';
    }

    /** True for a response with status 429 or 503. */
    public boolean isRejection() {
        boolean throttled = head[9] == '4' && head[10] == '2' && head[11] == '9';
        return throttled || head[9] == '5' && head[10] == '0' && head[11] == '3';
    }

    /** True if the response has a retry-after header. */
    public boolean hasRetryAfter() {
        return valueOf(RETRY_AFTER) >= 0;
    }

    /** The first line, for error messages. */
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
                throw new IllegalStateException("the head of a message exceeds " + MAX_HEAD + " bytes");
            }
            head[headLength++] = next;
            lastFour = lastFour << 8 | next & 0xff;
            if (lastFour == END_OF_HEAD) {
                headEnded = true;
                remaining = bodyLength();
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

    /** A blank line that is split between two reads or chunks is missed, about one in thousands. */
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
        throw new IllegalStateException("the message has neither content-length nor transfer-encoding: " + firstLine());
    }

    /** The index of the field's value, or -1. */
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
