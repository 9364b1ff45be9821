package dev.sluice.protocol.sse;

import dev.sluice.model.ByteSlice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Splits bytes that arrive in any fragmentation into server-sent events, each including the blank line that ends it.
 * Lines end in LF, CRLF or CR. Event boundaries do not depend on the fragmentation, and each byte is examined once.
 *
 * <p>Positions are in {@link #array}: the chunk's own array as long as nothing is carried over from earlier chunks.
 */
public final class EventFramer {

    /** The default limit of one event in bytes, including line ends. It bounds the memory of one stream. */
    public static final int MAX_EVENT = 1 << 20;

    /** The limit in bytes where one event may be a picture or a whole response. */
    public static final int LARGEST_EVENT = 32 << 20;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private final int maxEvent;
    private byte[] array = ByteSlice.EMPTY.array();
    private byte[] carry = ByteSlice.EMPTY.array();
    private int end;
    private int eventStart;
    private int next;
    private int at;
    private int lineStart;
    private boolean afterCr;
    private boolean crlf;
    private boolean pastByteOrderMark;
    private boolean tooLarge;
    private int dataLines;
    private int dataStart;
    private int dataEnd;
    private boolean namedError;
    private long examined;

    public EventFramer() {
        this(MAX_EVENT);
    }

    /** @param maxEvent the limit of one event in bytes, where {@link #MAX_EVENT} is not enough */
    public EventFramer(int maxEvent) {
        this.maxEvent = maxEvent;
    }

    /** Appends bytes to the unread ones. */
    public void feed(ByteSlice chunk) {
        int left = end - next;
        if (left == 0) {
            array = chunk.array();
            move(chunk.offset() - next);
            end = chunk.end();
            return;
        }
        int needed = end + chunk.length();
        if (needed > carry.length) {
            carry = Arrays.copyOf(carry, Math.max(needed, 2 * carry.length));
        }
        System.arraycopy(chunk.array(), chunk.offset(), carry, end, chunk.length());
        array = carry;
        end = needed;
    }

    /** Moves to the next complete event; false when no complete event is left. */
    public boolean next() {
        if (!pastByteOrderMark && !skipByteOrderMark()) {
            return false;
        }
        eventStart = next;
        if (at == next) {
            dataLines = 0;
            namedError = false;
            crlf = false;
        }
        int eventEnd = scan();
        tooLarge = (eventEnd < 0 ? end : eventEnd) - eventStart > maxEvent;
        if (eventEnd < 0 || tooLarge) {
            return false;
        }
        next = at = lineStart = eventEnd;
        return true;
    }

    /** Releases the chunk: unread bytes are copied, unless they are in the framer's own buffer already. */
    public void release() {
        int left = end - next;
        if (left > 0 && (array != carry || next > 0)) {
            byte[] kept = new byte[Math.max(2 * left, 512)];
            System.arraycopy(array, next, kept, 0, left);
            carry = kept;
            move(-next);
            end = left;
        } else if (left == 0) {
            carry = ByteSlice.EMPTY.array();
        }
        array = carry;
    }

    /** Releases the chunk and the unread bytes: nothing more will be read. */
    public void close() {
        array = ByteSlice.EMPTY.array();
        carry = array;
        next = at = lineStart = end = 0;
    }

    /** The line ends that would complete the unread bytes to an event; empty when there are none. */
    public ByteSlice missingEnd() {
        if (end == next) {
            return ByteSlice.EMPTY;
        }
        return ByteSlice.of(afterCr || at > lineStart ? "\n\n" : "\n");
    }

    /** Bytes after the last complete event. */
    public int unread() {
        return end - next;
    }

    public boolean tooLarge() {
        return tooLarge;
    }

    public byte[] array() {
        return array;
    }

    public int eventStart() {
        return eventStart;
    }

    public int eventEnd() {
        return next;
    }

    /** Position of the event's data. Offsets in {@link #data} count from here. */
    public int dataStart() {
        return dataStart;
    }

    public boolean hasData() {
        return dataLines > 0;
    }

    /** Whether the event's name is {@code error}. */
    public boolean namedError() {
        return namedError;
    }

    /**
     * The event's data. When it has several lines, the bytes between them are replaced by spaces, so that every byte
     * keeps its offset from the start of the data.
     */
    public ByteSlice data() {
        if (dataLines == 1) {
            return new ByteSlice(array, dataStart, dataEnd - dataStart);
        }
        byte[] joined = new byte[dataEnd - dataStart];
        Arrays.fill(joined, (byte) ' ');
        int line = dataStart;
        int lineEnd = lineEnd(array, line, dataEnd);
        System.arraycopy(array, line, joined, 0, lineEnd - line);
        while (lineEnd < dataEnd) {
            line = lineEnd + 1;
            lineEnd = lineEnd(array, line, dataEnd);
            int value = valueOf(array, line, lineEnd, "data");
            if (value >= 0) {
                joined[line - 1 - dataStart] = '\n';
                System.arraycopy(array, value, joined, value - dataStart, lineEnd - value);
            }
        }
        return ByteSlice.of(joined);
    }

    /** The number of bytes examined for line ends so far. Tests use it to show that the work is linear. */
    public long examined() {
        return examined;
    }

    private void move(int by) {
        next += by;
        at += by;
        lineStart += by;
        eventStart += by;
        dataStart += by;
        dataEnd += by;
    }

    private boolean skipByteOrderMark() {
        int length = Math.min(3, end - next);
        for (int i = 0; i < length; i++) {
            if ((array[next + i] & 0xff) != (0xbfbbef >> 8 * i & 0xff)) {
                pastByteOrderMark = true;
                return true;
            }
        }
        pastByteOrderMark = length == 3;
        if (pastByteOrderMark) {
            next = at = lineStart = next + 3;
        }
        return pastByteOrderMark;
    }

    /** Continues at {@link #at}; returns the end of the event, or -1. */
    private int scan() {
        while (at < end) {
            if (afterCr) {
                afterCr = false;
                crlf = array[at] == '\n';
                if (crlf) {
                    lineStart = ++at;
                    continue;
                }
            }
            int lineEnd = lineEnd(array, at, end);
            examined += lineEnd - at;
            if (lineEnd == end) {
                at = end;
                return -1;
            }
            boolean cr = array[lineEnd] == '\r';
            if (lineEnd == lineStart) {
                if (!cr || !crlf) {
                    return lineEnd + 1;
                }
                // In a stream with CRLF the LF belongs to this event, even when it arrives in the next chunk.
                at = lineEnd;
                return at + 1 == end ? -1 : array[at + 1] == '\n' ? at + 2 : at + 1;
            }
            line(lineEnd);
            lineStart = at = lineEnd + 1;
            afterCr = cr;
            crlf = false;
        }
        return -1;
    }

    private void line(int lineEnd) {
        byte initial = array[lineStart];
        if (initial == 'd') {
            int value = valueOf(array, lineStart, lineEnd, "data");
            if (value >= 0) {
                dataStart = dataLines == 0 ? value : dataStart;
                dataEnd = lineEnd;
                dataLines++;
            }
        } else if (initial == 'e') {
            int value = valueOf(array, lineStart, lineEnd, "event");
            if (value >= 0) {
                namedError = lineEnd - value == 5 && startsWith(array, value, lineEnd, "error");
            }
        }
    }

    /** Position of the field's value, or -1 when the line is of another field. */
    private static int valueOf(byte[] array, int line, int lineEnd, String field) {
        if (!startsWith(array, line, lineEnd, field)) {
            return -1;
        }
        int colon = line + field.length();
        if (colon == lineEnd) {
            return lineEnd;
        }
        if (array[colon] != ':') {
            return -1;
        }
        return colon + 1 < lineEnd && array[colon + 1] == ' ' ? colon + 2 : colon + 1;
    }

    private static boolean startsWith(byte[] array, int from, int to, String with) {
        if (to - from < with.length()) {
            return false;
        }
        for (int i = 0; i < with.length(); i++) {
            if (array[from + i] != with.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Position of the first CR or LF, or {@code end}. */
    private static int lineEnd(byte[] array, int from, int end) {
        int i = from;
        while (end - i >= Long.BYTES) {
            long word = (long) LONGS.get(array, i);
            long lf = word ^ '\n' * EACH;
            long cr = word ^ '\r' * EACH;
            long hit = ((lf - EACH) & ~lf | (cr - EACH) & ~cr) & HIGH;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < end && array[i] != '\n' && array[i] != '\r') {
            i++;
        }
        return i;
    }
}
