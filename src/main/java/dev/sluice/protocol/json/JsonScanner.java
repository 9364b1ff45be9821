package dev.sluice.protocol.json;

import dev.sluice.model.ByteSlice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A strict pull scanner over JSON bytes (RFC 8259, strings in valid UTF-8): one pass, no recursion, no allocation per
 * value.
 *
 * <p>The scanner is positioned before a value. {@link #peek} returns the value's first byte, {@link #skip} validates
 * and skips it. {@link #enter} enters an object or array, and {@link #more} moves to each next member or element until
 * it returns false, which leaves the scanner after the container. Only skipped values are validated. {@link #finish}
 * requires that nothing follows the document.
 *
 * <p>All methods throw {@link MalformedJson}. A scanner may be reused by {@link #reset}, by one thread at a time.
 */
public final class JsonScanner {

    /** The maximum nesting depth. No request needs more, and later parsers of the body may recurse. */
    static final int MAX_DEPTH = 128;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    /**
     * One bit for each open level: set for an object, clear for an array. Two long fields avoid an array per scanner.
     */
    private long lowLevels;

    private long highLevels;
    private byte[] bytes;
    private int from;
    private int at;
    private int end;
    private int depth;
    private boolean first;
    private boolean escaped;
    private boolean sawTypeKey;
    private boolean sawFileKey;
    private int keyStart;
    private int keyEnd;

    public JsonScanner reset(ByteSlice document) {
        return reset(document.array(), document.offset(), document.end());
    }

    public JsonScanner reset(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.from = from;
        this.at = from;
        this.end = end;
        this.depth = 0;
        return this;
    }

    /**
     * The position in the array: that of the value's first byte once {@link #peek} was called, or the one after the
     * value once it was skipped.
     */
    public int position() {
        return at;
    }

    /** The first byte of the current value, which determines its type. */
    public byte peek() {
        int c = token();
        boolean starts = switch (c) {
            case '{', '[', '"', 't', 'f', 'n', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> true;
            default -> false;
        };
        if (!starts) {
            throw malformed(at, "expected a value");
        }
        return (byte) c;
    }

    /** Enters the current object or array. */
    public void enter() {
        int c = token();
        if (c != '{' && c != '[') {
            throw malformed(at, "expected '{' or '['");
        }
        if (depth == MAX_DEPTH) {
            throw malformed(at, "nested deeper than " + MAX_DEPTH + " levels");
        }
        enter(c == '{');
        first = true;
        at++;
    }

    private void enter(boolean object) {
        long bit = 1L << depth; // the shift counts modulo 64
        if (depth < Long.SIZE) {
            lowLevels = object ? lowLevels | bit : lowLevels & ~bit;
        } else {
            highLevels = object ? highLevels | bit : highLevels & ~bit;
        }
        depth++;
    }

    private boolean inObject() {
        int level = depth - 1;
        return ((level < Long.SIZE ? lowLevels : highLevels) & 1L << level) != 0;
    }

    /** Moves to the next member's value or the next element; false when there is none and the container is left. */
    public boolean more() {
        boolean object = inObject();
        int c = token();
        if (c == (object ? '}' : ']')) {
            at++;
            depth--;
            first = false;
            return false;
        }
        if (!first) {
            if (c != ',') {
                throw malformed(at, object ? "expected ',' or '}'" : "expected ',' or ']'");
            }
            at++;
        }
        first = false;
        if (object) {
            key();
        }
        return true;
    }

    /** Validates and skips the current value. */
    public void skip() {
        int floor = depth;
        skipOrEnter();
        while (depth > floor) {
            if (more()) {
                skipOrEnter();
            }
        }
    }

    /** Requires that only white space is left. */
    public void finish() {
        if (token() >= 0) {
            throw malformed(at, "expected nothing after the end of the document");
        }
    }

    /** Position of the current key's opening quote. */
    public int keyStart() {
        return keyStart;
    }

    /** Position after the current key's closing quote. */
    public int keyEnd() {
        return keyEnd;
    }

    public String name() {
        return text(bytes, keyStart, keyEnd);
    }

    /** Whether the current key is this name, with escapes decoded. */
    public boolean nameIs(byte[] name) {
        if (escaped) {
            return Arrays.equals(name().getBytes(StandardCharsets.UTF_8), name);
        }
        return keyEnd - keyStart - 2 == name.length
                && Arrays.equals(bytes, keyStart + 1, keyEnd - 1, name, 0, name.length);
    }

    /** Whether any key was {@code type}, or names reasoning, or had escapes, since the last call. Resets the flag. */
    public boolean sawTypeKey() {
        boolean saw = sawTypeKey;
        sawTypeKey = false;
        return saw;
    }

    /** The same for {@code file_id} and {@code file_ids}, in any case and with or without separators. */
    public boolean sawFileKey() {
        boolean saw = sawFileKey;
        sawFileKey = false;
        return saw;
    }

    /**
     * Decodes a string literal, given from its opening quote to the position after its closing quote. It must have been
     * validated.
     */
    public static String text(byte[] bytes, int start, int end) {
        String raw = new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = raw.charAt(++i);
            switch (escape) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(escape);
            }
        }
        return text.toString();
    }

    private void key() {
        if (token() != '"') {
            throw malformed(at, "expected a key in quotes");
        }
        escaped = false;
        keyStart = at;
        string();
        keyEnd = at;
        sawTypeKey |= escaped || isType() || isReasoning();
        sawFileKey |= escaped || FileIdKey.maySpell(bytes, keyStart + 1, keyEnd - 1);
        if (token() != ':') {
            throw malformed(at, "expected ':'");
        }
        at++;
    }

    private boolean isType() {
        return keyEnd - keyStart == 6 && startsWith('t', 'y', 'p') && bytes[keyStart + 4] == 'e';
    }

    /** Keys that begin as {@code reasoning} or {@code extra_content} do. */
    private boolean isReasoning() {
        return keyEnd - keyStart > 10 && (startsWith('r', 'e', 'a') || startsWith('e', 'x', 't'));
    }

    private boolean startsWith(char first, char second, char third) {
        return bytes[keyStart + 1] == first && bytes[keyStart + 2] == second && bytes[keyStart + 3] == third;
    }

    private void skipOrEnter() {
        switch (token()) {
            case '{', '[' -> enter();
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw malformed(at, "expected a value");
        }
    }

    /** Skips white space; returns the current byte, or -1 at the end. */
    private int token() {
        int i = at;
        while (i < end) {
            byte c = bytes[i];
            if (c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                at = i;
                return c & 0xff;
            }
            i++;
        }
        at = i;
        return -1;
    }

    /** Checks eight bytes at a time: most of a body is long runs of plain text in prompts and images. */
    private void string() {
        int i = at + 1;
        while (true) {
            if (end - i >= Long.BYTES) {
                long special = special((long) LONGS.get(bytes, i));
                if (special == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += Long.numberOfTrailingZeros(special) >>> 3;
            } else if (i >= end) {
                throw malformed(end, "expected '\"'");
            }
            byte c = bytes[i];
            if (c == '"') {
                at = i + 1;
                return;
            }
            if (c == '\\') {
                i = escape(i + 1);
            } else if (c < 0) {
                i = multibyte(i);
            } else if (c < ' ') {
                throw malformed(i, "expected control characters in strings to be escaped");
            } else {
                i++;
            }
        }
    }

    /** The high bit of each byte that needs a closer look: a quote, backslash, control or non-ASCII byte. */
    private static long special(long word) {
        long quote = word ^ ('"' * EACH);
        long backslash = word ^ ('\\' * EACH);
        long hit = (quote - EACH) & ~quote | (backslash - EACH) & ~backslash | (word - ' ' * EACH) & ~word | word;
        return hit & HIGH;
    }

    private int escape(int i) {
        escaped = true;
        int c = i < end ? bytes[i] : -1;
        switch (c) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return i + 1;
            }
            case 'u' -> {
                for (int digit = i + 1; digit <= i + 4; digit++) {
                    if (digit >= end || Character.digit(bytes[digit], 16) < 0) {
                        throw malformed(Math.min(digit, end), "expected four hexadecimal digits");
                    }
                }
                return i + 5;
            }
            default -> throw malformed(Math.min(i, end), "expected an escape: one of \"\\/bfnrtu");
        }
    }

    /** Validates a run of non-ASCII characters against the table of well-formed UTF-8 (Unicode 3.9, table 3-7). */
    private int multibyte(int start) {
        int i = start;
        while (i < end && bytes[i] < 0) {
            int lead = bytes[i] & 0xff;
            int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
            int second = i + 1 < end ? bytes[i + 1] & 0xff : 0;
            int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            boolean formed = lead >= 0xc2 && lead <= 0xf4 && i + more < end && second >= least && second <= most;
            for (int k = 2; formed && k <= more; k++) {
                formed = (bytes[i + k] & 0xc0) == 0x80;
            }
            if (!formed) {
                throw malformed(i, "expected UTF-8");
            }
            i += more + 1;
        }
        return i;
    }

    private void literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || bytes[at + i] != word.charAt(i)) {
                throw malformed(at, "expected " + word);
            }
        }
        at += word.length();
    }

    private void number() {
        int i = bytes[at] == '-' ? at + 1 : at;
        if (i < end && bytes[i] == '0') {
            i++;
        } else {
            i = digits(i);
        }
        if (i < end && bytes[i] == '.') {
            i = digits(i + 1);
        }
        if (i < end && (bytes[i] | 0x20) == 'e') {
            i++;
            if (i < end && (bytes[i] == '+' || bytes[i] == '-')) {
                i++;
            }
            i = digits(i);
        }
        at = i;
    }

    private int digits(int start) {
        int i = start;
        while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        if (i == start) {
            throw malformed(i, "expected a digit");
        }
        return i;
    }

    private MalformedJson malformed(int position, String problem) {
        return new MalformedJson(position - from, problem);
    }
}
