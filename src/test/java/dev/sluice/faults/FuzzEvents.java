package dev.sluice.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * What a client sends on a WebSocket in a fuzz. On one of the Responses API: events of several lanes that continue each
 * other, most of them valid, in whole messages, fragments and frames that do not belong there.
 */
final class FuzzEvents {

    private static final List<String> LANES = List.of("", "", "a", "a", "b", "c", "lane 1", "x".repeat(300), "\u00e9");
    /** Those that the stand-in for providers gives its responses, and one that it does not. */
    private static final List<String> PREVIOUS = List.of("resp_1", "resp_1", "resp_2", "resp_3", "resp_5", "resp_none");

    private static final List<String> BROKEN = List.of(
            "{\"type\":\"response.processed\"}",
            "{\"type\":\"response.cancel\"}",
            "{\"type\":\"response.create\",\"type\":\"response.create\"}",
            "{\"type\":\"response.create\",\"stream_id\":7}",
            "{\"type\":7}",
            "[]",
            "",
            "{",
            "\0");

    private static final int TEXT = 1;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int LARGE = 5 << 20;

    private final Random random;
    private final FuzzCorpus corpus;
    private final List<String> models;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    FuzzEvents(Random random, FuzzCorpus corpus, List<String> models) {
        this.random = random;
        this.corpus = corpus;
        this.models = models;
    }

    /** @param responses on that API; else short events of the Realtime API, and frames of any kind */
    byte[] frames(boolean responses) {
        if (responses) {
            events();
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            int operation = random.nextInt(3) == 0 ? random.nextInt(16) : TEXT;
            frame(FINAL | operation, "{\"type\":\"response.create\"}".getBytes(UTF_8));
        }
        if (random.nextBoolean()) {
            frame(FINAL | 8, new byte[] {3, (byte) 0xe8});
        }
        return out.toByteArray();
    }

    private void events() {
        for (int i = random.nextInt(12); i > 0; i--) {
            byte[] text = (random.nextInt(8) == 0 ? pick(BROKEN) : event()).getBytes(UTF_8);
            switch (random.nextInt(30)) {
                case 0, 1, 2 -> fragments(text);
                case 3 -> frame(FINAL | random.nextInt(16), text);
                case 4 -> frame(TEXT, text);
                case 5 -> frame(FINAL | TEXT, random.nextInt(10) == 0 ? new byte[LARGE] : text);
                default -> frame(FINAL | TEXT, text);
            }
        }
    }

    private String event() {
        String request = corpus.request("/v1/responses", random);
        String body = random.nextInt(3) == 0 ? new FuzzJson(random).mutate(request) : request;
        try {
            JsonObject event = new JsonObject(body)
                    .put("type", "response.create")
                    .put("model", random.nextInt(3) == 0 ? pick(models) : "sim/echo")
                    .put("store", random.nextInt(5) == 0);
            String lane = pick(LANES);
            if (!lane.isEmpty()) {
                event.put("stream_id", lane);
            }
            if (random.nextInt(3) == 0) {
                event.put("previous_response_id", pick(PREVIOUS));
            }
            if (random.nextInt(5) == 0) {
                event.put("generate", false);
            }
            return event.encode();
        } catch (DecodeException unreadable) {
            return body;
        }
    }

    /** With a ping between them. */
    private void fragments(byte[] text) {
        int end = random.nextInt(text.length + 1);
        frame(TEXT, ByteBuffer.allocate(end).put(text, 0, end).array());
        frame(FINAL | 9, new byte[random.nextInt(5)]);
        byte[] rest = ByteBuffer.allocate(text.length - end)
                .put(text, end, text.length - end)
                .array();
        frame(FINAL, rest);
    }

    /** Masked with zeros, as a client must. */
    private void frame(int first, byte[] text) {
        out.write(first);
        if (text.length < 126) {
            out.write(MASKED | text.length);
        } else if (text.length <= 0xffff) {
            out.write(MASKED | 126);
            out.writeBytes(ByteBuffer.allocate(2).putShort((short) text.length).array());
        } else {
            out.write(MASKED | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(text.length).array());
        }
        out.writeBytes(new byte[4]);
        out.writeBytes(text);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
