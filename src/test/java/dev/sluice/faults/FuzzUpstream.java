package dev.sluice.faults;

import static dev.sluice.faults.RawUpstream.bytes;
import static dev.sluice.faults.RawUpstream.pause;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider of every format with valid and invalid behavior. The request decides what it does, so that the same
 * request gets the same; of some, the number of the call decides, so that a retry may succeed.
 */
final class FuzzUpstream implements RawUpstream.Script {

    private static final Pattern SOCKET = Pattern.compile("(?im)^sec-websocket-key: *(\\S+)");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    /** Longer than the timeouts of the providers in the configuration. */
    private static final long SILENT_MILLIS = 1_500;
    /** Not 500: that is what Sluice itself must never send. */
    private static final List<String> ERRORS = List.of(
            "400 Bad",
            "401 Who",
            "402 Pay",
            "403 No",
            "404 Gone",
            "408 Late",
            "409 Not Now",
            "413 Big",
            "422 Odd",
            "429 Slow",
            "302 Found",
            "304 Same",
            "204 None",
            "501 Not",
            "502 Bad",
            "503 Later",
            "504 Late",
            "529 Full",
            "599 Odd",
            "600 Odd",
            "299 Fine");

    private static final List<String> RARE = List.of("401", "402", "403", "429");

    private final FuzzCorpus corpus;
    private final AtomicInteger calls = new AtomicInteger();

    FuzzUpstream(FuzzCorpus corpus) {
        this.corpus = corpus;
    }

    @Override
    public boolean respond(RawUpstream.Request request, int number, OutputStream out) throws IOException {
        long seed = (request.line() + request.body()).hashCode();
        Random random = new Random(seed % 3 == 0 ? seed + calls.incrementAndGet() : seed);
        Matcher socket = SOCKET.matcher(request.head());
        if (socket.find()) {
            return random.nextInt(5) > 0 && serveSocket(request.head(), socket.group(1), random, out);
        }
        FuzzJson json = new FuzzJson(random);
        boolean stream =
                request.body().contains("\"stream\":true") || request.line().contains("streamGenerate");
        stream ^= random.nextInt(30) == 0;
        String format = format(request.line());
        String body = stream ? corpus.stream(format, random) : corpus.whole(format, random);
        if (random.nextInt(3) == 0) {
            body = stream ? mutateStream(body, json, random) : json.mutate(body);
        }
        String status = "200 OK";
        if (random.nextInt(8) == 0) {
            status = ERRORS.get(random.nextInt(ERRORS.size()));
            // These take a key away for a while, and then nothing is tried any more.
            if (RARE.contains(status.substring(0, 3)) && random.nextInt(15) > 0) {
                status = "503 Later";
            }
            body = random.nextBoolean()
                    ? json.mutate("{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\",\"param\":null}}")
                    : random.nextBoolean() ? "<html>no</html>" : body;
        }
        return send(status, stream, body.getBytes(UTF_8), random, out);
    }

    private static String format(String line) {
        String path = line.split(" ", -1)[1].replaceAll("\\?.*", "");
        if (path.endsWith("/messages")) {
            return "anthropic-messages";
        } else if (path.endsWith("/responses")) {
            return "openai-responses";
        } else if (path.contains("enerateContent")) {
            return "gemini";
        } else if (path.endsWith("/v2/chat")) {
            return "cohere-v2";
        } else if (path.endsWith("/v1/agent")) {
            return "perplexity-agent";
        } else if (path.contains("mbed")) {
            return "EMBEDDINGS";
        } else if (path.contains("rerank")) {
            return "RERANK";
        } else if (path.contains("moderations")) {
            return "MODERATIONS";
        } else if (path.contains("videos")) {
            return path.endsWith("videos") ? "VIDEOS" : "VIDEO";
        } else if (path.contains("images")) {
            return "IMAGES";
        }
        return path.contains("audio/speech") ? "SPEECH" : "openai-chat";
    }

    private static String mutateStream(String body, FuzzJson json, Random random) {
        StringBuilder changed = new StringBuilder();
        for (String event : body.split("(?<=\n\n)", -1)) {
            int choice = random.nextInt(12);
            int data = event.indexOf("data: ");
            if (choice == 0) {
                continue;
            } else if (choice == 1) {
                changed.append(event);
            } else if (choice == 2 && data >= 0) {
                String mutated = json.mutate(event.substring(data + 6).strip());
                changed.append(event, 0, data + 6).append(mutated).append("\n\n");
                continue;
            } else if (choice == 3) {
                changed.append(": a comment\n\nevent: odd\nid: 1\nretry: 5\ndata:\n\n");
            } else if (choice == 4) {
                changed.append(json.damage(event));
                continue;
            }
            changed.append(event);
        }
        String end = random.nextInt(6) == 0 ? "\r\n" : random.nextInt(9) == 0 ? "\r" : "\n";
        return changed.toString().replace("\n", end);
    }

    private static boolean send(String status, boolean stream, byte[] body, Random random, OutputStream out)
            throws IOException {
        if (random.nextInt(25) == 0) {
            return false;
        } else if (random.nextInt(60) == 0) {
            pause(SILENT_MILLIS);
            return false;
        }
        if (random.nextInt(15) == 0) {
            out.write(bytes("HTTP/1.1 " + (100 + 2 + random.nextInt(90)) + " Wait\r\nx-hint: 1\r\n\r\n"));
        }
        String type = random.nextInt(20) == 0
                ? "text/html"
                : stream ? "text/event-stream" : "application/json; charset=utf-8";
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\ncontent-type: " + type + "\r\n");
        if (random.nextInt(10) == 0) {
            head.append(oddHeader(random));
        }
        int framing = random.nextInt(10);
        boolean none = status.startsWith("204") || status.startsWith("304");
        int cut = random.nextInt(12) == 0 ? random.nextInt(body.length + 1) : body.length;
        if (none) {
            out.write(bytes(head + "\r\n"));
        } else if (framing < 4) {
            out.write(bytes(head + "content-length: " + body.length + "\r\n\r\n"));
            out.write(body, 0, cut);
        } else if (framing < 9) {
            out.write(bytes(head + "transfer-encoding: chunked\r\n\r\n"));
            writeChunks(body, cut, random, out);
        } else {
            out.write(bytes(head + "connection: close\r\n\r\n"));
            out.write(body, 0, cut);
            return false;
        }
        if (random.nextInt(25) == 0) {
            out.write(bytes(random.nextBoolean() ? "left over" : "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        }
        out.flush();
        return cut == body.length && random.nextInt(20) > 0;
    }

    private static void writeChunks(byte[] body, int cut, Random random, OutputStream out) throws IOException {
        int at = 0;
        int most = random.nextInt(8) == 0 ? 7 : 4_000;
        // A body of many chunks is written to its half in small ones.
        while (at < cut) {
            int size = Math.min(cut - at, at > 2_000 ? cut - at : random.nextInt(1, most + 1));
            out.write(bytes(Integer.toHexString(size) + "\r\n"));
            out.write(body, at, size);
            out.write(bytes("\r\n"));
            at += size;
            if (random.nextInt(20) == 0) {
                out.flush();
                pause(random.nextInt(30));
            }
        }
        if (cut == body.length) {
            out.write(bytes(random.nextInt(10) == 0 ? "0\r\nx-trailer: odd\r\n\r\n" : "0\r\n\r\n"));
        }
    }

    private static String oddHeader(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "content-encoding: " + (random.nextBoolean() ? "gzip" : "br") + "\r\n";
            case 1 ->
                "retry-after: "
                        + List.of("1", "-1", "x", "99999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT")
                                .get(random.nextInt(5))
                        + "\r\n";
            case 2 -> "x-long: " + "a".repeat(random.nextInt(9_000)) + "\r\n";
            case 3 -> "x-odd: \u00e9\u00ff\t!\r\n";
            case 4 -> "retry-after-ms: " + random.nextInt(-5, 50) + "\r\nx-ratelimit-reset-requests: 1d\r\n";
            case 5 -> "location: http://127.0.0.1:1/\r\n";
            default -> "connection: close\r\n";
        };
    }

    /** Accepts the WebSocket, sends some frames that fit and some that do not, and closes. */
    private static boolean serveSocket(String head, String key, Random random, OutputStream out) throws IOException {
        out.write(bytes("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + (head.contains("sec-websocket-protocol") ? "sec-websocket-protocol: realtime\r\n" : "")
                + "sec-websocket-accept: " + accept(key) + "\r\n\r\n"));
        for (int i = random.nextInt(6); i > 0; i--) {
            byte[] text = ("{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":" + i
                            + ",\"output_tokens\":1}},\"pad\":\"" + "x".repeat(random.nextInt(70)) + "\"}")
                    .getBytes(UTF_8);
            int operation = random.nextInt(10) == 0 ? random.nextInt(16) : 1;
            out.write(ByteBuffer.allocate(4 + text.length)
                    .put((byte) (0x80 | operation))
                    .put((byte) 126)
                    .putShort((short) text.length)
                    .put(text)
                    .array());
            out.flush();
            pause(random.nextInt(20));
        }
        if (random.nextBoolean()) {
            out.write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
        }
        return false;
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(bytes(key + GUID)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
