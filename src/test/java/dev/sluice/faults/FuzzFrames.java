package dev.sluice.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What the client of one HTTP/2 connection of a fuzz sends: each request as a stream, and among them frames and fields
 * that are allowed and rare, or that no server may accept.
 */
final class FuzzFrames {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITY = 0x20;

    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
    private static final int LARGEST_FRAME = 16_384;
    /** The most that one connection repeats a cheap frame. */
    private static final int MANY = 2_000;
    /** Fields of HTTP/1 that describe the connection. */
    private static final List<String> OF_CONNECTION =
            List.of("connection", "upgrade", "http2-settings", "transfer-encoding", "te", "host");

    private final Random random;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    /** Streams that were opened, and where in the bytes their headers end. */
    private final Map<Integer, Integer> opened = new TreeMap<>();

    private int next = 1;

    private FuzzFrames(Random random) {
        this.random = random;
    }

    static FuzzFrames of(FuzzRequest request) {
        FuzzFrames frames = new FuzzFrames(new Random(request.number()));
        frames.out.writeBytes(PREFACE);
        frames.add(SETTINGS, 0, 0, frames.settings());
        request.messages().forEach(frames::stream);
        return frames;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** The streams that are open, and not reset, once so many bytes are sent. */
    List<Integer> streams(int sent) {
        return opened.entrySet().stream()
                .filter(each -> each.getValue() <= sent)
                .map(Map.Entry::getKey)
                .toList();
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private void stream(FuzzRequest.Message message) {
        maybeOdd();
        int stream = next;
        next += random.nextInt(40) == 0 ? 2 * random.nextInt(1, 1_000) : 2;
        boolean trailers = random.nextInt(30) == 0;
        boolean empty = message.body().length == 0 && !trailers;
        headers(stream, fields(message), empty);
        opened.put(stream, out.size());
        if (!empty) {
            data(stream, message.body(), !trailers);
        }
        if (trailers) {
            byte[] block = random.nextInt(4) == 0 ? field(":status", "200") : field("x-trailer", "odd");
            add(HEADERS, END_HEADERS | (random.nextInt(5) == 0 ? 0 : END_STREAM), stream, block);
        }
        if (random.nextInt(15) == 0) {
            add(RST_STREAM, 0, stream, number(random.nextInt(15)));
            opened.remove(stream);
        }
    }

    private void headers(int stream, byte[] block, boolean end) {
        int flags = end ? END_STREAM : 0;
        byte[] first = block;
        if (random.nextInt(15) == 0) {
            flags |= PRIORITY;
            int parent = random.nextInt(3) == 0 ? stream : random.nextInt(7);
            first = joined(number(parent), new byte[] {16}, first);
        }
        if (random.nextInt(15) == 0) {
            flags |= PADDED;
            int padding = random.nextInt(40);
            int announced = random.nextInt(8) == 0 ? 255 : padding;
            first = joined(new byte[] {(byte) announced}, first, new byte[padding]);
        }
        boolean split = first.length > LARGEST_FRAME || random.nextInt(12) == 0;
        int size = !split ? first.length : random.nextInt(4) == 0 ? 1 + first.length / 40 : 1 + first.length / 3;
        int at = Math.min(size, first.length);
        add(HEADERS, flags | (at == first.length ? END_HEADERS : 0), stream, Arrays.copyOf(first, at));
        while (at < first.length) {
            if (random.nextInt(200) == 0) {
                add(PING, 0, 0, new byte[8]);
            }
            int to = Math.min(first.length, at + size);
            add(CONTINUATION, to == first.length ? END_HEADERS : 0, stream, Arrays.copyOfRange(first, at, to));
            at = to;
        }
    }

    private void data(int stream, byte[] body, boolean end) {
        int most = random.nextInt(4) == 0 ? random.nextInt(1, 300) : LARGEST_FRAME;
        int at = 0;
        int frames = 0;
        while (at < body.length) {
            int size = Math.min(body.length - at, frames++ > 50 ? LARGEST_FRAME : most);
            byte[] payload = Arrays.copyOfRange(body, at, at + size);
            at += size;
            boolean last = end && at == body.length && random.nextInt(20) > 0;
            if (random.nextInt(20) == 0 && size < LARGEST_FRAME - 50) {
                payload = joined(new byte[] {7}, payload, new byte[7]);
                add(DATA, PADDED | (last ? END_STREAM : 0), stream, payload);
            } else {
                add(DATA, last ? END_STREAM : 0, stream, payload);
            }
            end &= !last;
            if (random.nextInt(60) == 0) {
                maybeOdd();
            }
        }
        if (end) {
            add(DATA, random.nextInt(30) == 0 ? 0 : END_STREAM, stream, new byte[0]);
        }
    }

    private byte[] fields(FuzzRequest.Message message) {
        String[] lines = message.head().strip().split("\r\n", -1);
        String[] line = lines[0].split(" ", -1);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        int odd = random.nextInt(150);
        block.writeBytes(odd == 0 ? new byte[0] : field(":method", line[0]));
        block.writeBytes(odd == 1 ? field("x-first", "1") : new byte[0]);
        block.writeBytes(odd == 2 ? field(":scheme", "ftp") : new byte[] {(byte) 0x87});
        block.writeBytes(odd == 3 ? field(":path", "") : field(":path", line.length > 1 ? line[1] : "*"));
        block.writeBytes(odd == 4 ? field(":path", "/v1/models") : new byte[0]);
        block.writeBytes(odd == 5 ? new byte[0] : field(":authority", odd == 6 ? "a@b:c" : "localhost"));
        block.writeBytes(odd == 7 ? field(":protocol", "websocket") : new byte[0]);
        for (String each : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = each.indexOf(':');
            String name = colon < 0 ? "x-folded" : each.substring(0, colon);
            String lower = odd == 8 ? name : name.toLowerCase(Locale.ROOT);
            if (!OF_CONNECTION.contains(lower) || random.nextInt(30) == 0) {
                block.writeBytes(field(lower, each.substring(colon + 1).strip()));
            }
        }
        if (random.nextBoolean()) {
            int length = message.body().length + (random.nextInt(20) == 0 ? random.nextInt(5) : 0);
            block.writeBytes(field("content-length", "" + length));
        }
        switch (odd) {
            case 9 -> block.writeBytes(field("", "no name"));
            case 10 -> block.writeBytes(field("x-cut", "a\r\nb: c\0"));
            case 11 -> block.writeBytes(field("connection", "close"));
            case 12 -> block.writeBytes(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 127});
            case 13 -> block.writeBytes(new byte[] {0x3f, (byte) 0xe1, (byte) 0xff, 3});
            case 14 -> block.writeBytes(field("cookie", "a=" + "b".repeat(30_000)));
            case 15 -> block.writeBytes(field("host", "other.example"));
            case 16 -> block.writeBytes(new byte[] {0, (byte) 0x85, 1, 2, 3, 4, 5, 0});
            default -> {
                // As most clients.
            }
        }
        return block.toByteArray();
    }

    /** A literal without index, in plain text. */
    static byte[] field(String name, String value) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        field.write(0);
        for (String text : new String[] {name, value}) {
            int length = text.length();
            field.write(Math.min(length, 127));
            for (length -= 127; length >= 0; length >>= 7) {
                field.write(length < 128 ? length : 0x80 | (length & 0x7f));
                if (length < 128) {
                    break;
                }
            }
            field.writeBytes(text.getBytes(ISO_8859_1));
        }
        return field.toByteArray();
    }

    private byte[] settings() {
        ByteArrayOutputStream settings = new ByteArrayOutputStream();
        setting(settings, 1, 0, 100, 4_096);
        setting(settings, 2, 0, 1);
        setting(settings, 3, 0, 1, 100);
        setting(settings, 4, 0, 1, 100, 65_535, 1 << 20, Integer.MAX_VALUE);
        setting(settings, 5, LARGEST_FRAME, (1 << 24) - 1);
        setting(settings, 6, 1, 100, 8_192);
        setting(settings, 0x99, 7);
        if (random.nextInt(100) == 0) {
            setting(settings, 2, 2, 3);
            setting(settings, 4, -1);
            setting(settings, 5, 1, -1);
        }
        return settings.toByteArray();
    }

    private void setting(ByteArrayOutputStream settings, int id, int... values) {
        if (random.nextInt(7) == 0) {
            settings.writeBytes(ByteBuffer.allocate(6)
                    .putShort((short) id)
                    .putInt(values[random.nextInt(values.length)])
                    .array());
        }
    }

    private void maybeOdd() {
        switch (random.nextInt(300)) {
            case 0 -> repeat(PING, 0, 0, new byte[8]);
            case 1 -> repeat(SETTINGS, 0, 0, new byte[0]);
            case 2 -> repeat(2, 0, next, joined(number(next), new byte[] {1}));
            case 3 -> repeat(WINDOW_UPDATE, 0, 0, number(1));
            case 4 -> add(WINDOW_UPDATE, 0, random.nextInt(3), number(0));
            case 5 -> repeat(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE));
            case 6 -> add(DATA, END_STREAM, 0, new byte[9]);
            case 7 -> add(DATA, END_STREAM, next + 2, new byte[9]);
            case 8 -> headers(2, new byte[] {(byte) 0x82, (byte) 0x87, (byte) 0x84}, true);
            case 9 -> add(CONTINUATION, END_HEADERS, next, new byte[3]);
            case 10 -> add(RST_STREAM, 0, next + 2, number(8));
            case 11 -> repeat(random.nextInt(16, 256), random.nextInt(256), random.nextInt(9), random(100));
            case 12 -> add(GOAWAY, 0, 0, joined(number(0), number(random.nextInt(14)), random(20)));
            case 13 -> add(5, END_HEADERS, 1, joined(number(2), new byte[] {(byte) 0x82}));
            case 14 -> add(DATA, 0, Math.max(1, next - 2), new byte[20_000]);
            case 15 -> add(SETTINGS, 0, 0, settings());
            case 16 -> add(SETTINGS, random.nextInt(2), random.nextInt(2), new byte[random.nextInt(8)]);
            case 17 -> add(PING, random.nextInt(2), random.nextInt(2), new byte[random.nextInt(10)]);
            case 18 -> add(RST_STREAM, 0, random.nextInt(4), new byte[random.nextInt(6)]);
            case 19 -> out.writeBytes(random(300));
            case 20 -> repeat(DATA, 0, Math.max(1, next - 2), new byte[0]);
            case 21 -> repeat(CONTINUATION, 0, Math.max(1, next - 2), new byte[0]);
            case 22 -> add(HEADERS, 5, next - 2, new byte[] {(byte) 0x82, (byte) 0x87, (byte) 0x84});
            case 23 -> add(HEADERS, 0, next + 2, new byte[0]);
            default -> {
                // As most clients.
            }
        }
    }

    private void repeat(int type, int flags, int stream, byte[] payload) {
        for (int i = random.nextInt(3) == 0 ? random.nextInt(MANY) : 0; i >= 0; i--) {
            add(type, flags, stream, payload);
        }
    }

    private void add(int type, int flags, int stream, byte[] payload) {
        out.writeBytes(frame(type, flags, stream, payload));
    }

    private byte[] random(int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            all.writeBytes(each);
        }
        return all.toByteArray();
    }
}
