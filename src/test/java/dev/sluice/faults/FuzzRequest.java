package dev.sluice.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.testkit.VirtualKeys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The bytes of one connection of a fuzz: one request or several pipelined ones, mostly valid, and how the client
 * behaves. Seed and number determine it.
 *
 * @param messages the requests; the client reads as many responses before it closes
 * @param admin for the admin listener instead of the data plane
 */
record FuzzRequest(long seed, long number, byte[] bytes, List<Message> messages, boolean admin, Behavior behavior) {

    /** One request: its head and body for HTTP/2, and the bytes of both with the framing of HTTP/1. */
    record Message(String head, byte[] body, byte[] bytes) {}

    /** What the client does beyond sending its bytes and reading the responses. */
    enum Behavior {
        PLAIN,
        /** Sends in pieces, with pauses. */
        PIECES,
        /** Sends a part and closes. */
        LEAVES_EARLY,
        /** Sends a part and waits for what comes. */
        STALLS,
        /** Closes its sending side after the request. */
        HALF_CLOSES,
        /** Reads the beginning of the response and closes. */
        LEAVES_LATE
    }

    static final String BASE = "/v1";
    private static final List<String> MODELS = List.of(
            "up/m",
            "up/m",
            "openai/gpt-4o",
            "openai/gpt-4o",
            "claude/claude-sonnet-4-5",
            "claude/m",
            "gem/gemini-3",
            "coh/m",
            "perp/sonar",
            "router/a/b",
            "grok/g",
            "deep/deepseek-chat",
            "mist/m",
            "sim/lorem",
            "sim/echo",
            "safe",
            "held",
            "long",
            "hedged",
            "clean",
            "limited",
            "unknown",
            "up/",
            "gone/m",
            "",
            "up/../m",
            "sim/lorem-20_fault-cut@9",
            "sim/lorem-9_fault-malformed@3",
            "sim/echo_fault-split");
    private static final List<String> FORMS = List.of(
            "/v1/images/edits", "/v1/audio/transcriptions", "/v1/audio/translations", "/v1/files", "/v1/videos");
    private static final List<String> RESOURCES = List.of(
            "/v1/models",
            "/v1/models/up/m",
            "/v1/models/safe",
            "/v1/models/%2e%2e",
            "/v1/models?limit=2&after_id=safe",
            "/v1/videos/video_abc",
            "/v1/videos/video_abc/content",
            "/v1/files",
            "/v1/files/file-1",
            "/v1/files/file-1/content",
            "/v1/files?provider=up",
            "/v1/batches",
            "/v1/batches/b-1",
            "/v1/batches/b-1/cancel",
            "/v1/files/..%2f..",
            "/v1/batches?limit=x",
            "/livez",
            "/readyz",
            "/readyz?verbose",
            "/metrics",
            "/",
            "/v1",
            "/v1/unknown",
            "//v1/models",
            "/v1/chat/completions/",
            "/v1/%63hat/completions",
            "*",
            "http://localhost/v1/models");
    private static final List<String> ADMIN = List.of(
            "GET /livez",
            "GET /readyz?verbose",
            "GET /metrics",
            "GET /admin/v1/providers",
            "GET /admin/v1/keys?limit=2",
            "GET /admin/v1/keys/plain",
            "GET /admin/v1/budgets",
            "GET /admin/v1/tiers",
            "GET /admin/v1/teams/t",
            "GET /admin/v1/usage?group_by=key,day",
            "GET /admin/v1/usage?group_by=x&format=csv&limit=-1",
            "GET /admin/v1/usage/rows?limit=3&cursor=%00",
            "GET /admin/v1/usage/rows?from=2026-01-01T00:00:00Z&to=x",
            "GET /admin/v1/config?effective",
            "GET /admin/v1/config/history",
            "GET /admin/v1/routes",
            "GET /admin/v1/routes/safe/plan",
            "GET /admin/v1/routes/up%2Fm/plan",
            "GET /admin/v1/health",
            "GET /admin/v1/audit?limit=3",
            "POST /admin/v1/keys",
            "PATCH /admin/v1/keys/k",
            "PUT /admin/v1/teams/t",
            "POST /admin/v1/keys/k/rotate",
            "POST /admin/v1/config/reload",
            "POST /admin/v1/config/check",
            "POST /admin/v1/providers/up/undrain",
            "POST /admin/v1/providers/up/check",
            "DELETE /admin/v1/teams/t",
            "GET /admin/v1/openapi.json",
            "GET /admin/v1/%2e%2e");
    private static final String KEY =
            "{\"id\":\"k\",\"team\":\"t\",\"tier\":\"small\",\"models\":[\"up/*\"],\"limits\":"
                + "{\"rpm\":5,\"tpm\":null},\"budget\":{\"usd\":1,\"period\":\"day\"},\"grace\":\"1s\",\"endpoints\":[\"chat\"]}";
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "POST");
    private static final Map<String, List<String>> HEADERS = Map.of(
            "x-sluice-timeout", List.of("1s", "1ms", "0", "x", "999999h", "-1s"),
            "x-sluice-strict", List.of("true", "false", "1", "x"),
            "x-sluice-explain", List.of("1", "true", "x"),
            "x-sluice-session", List.of("a", "\u00e9", "a".repeat(5_000)),
            "x-sluice-only", List.of("up", "up,claude", "nobody", ","),
            "x-sluice-fallbacks", List.of("safe", "up/m, sim/lorem", "safe,safe,unknown"),
            "x-request-id", List.of("r-1", "\u00ff", "a b", "x".repeat(300)),
            "anthropic-beta", List.of("a,b", "token-efficient-tools-2025-02-19"),
            "accept", List.of("text/event-stream", "*/*", "x"),
            "x-sluice-strategy", List.of("latency", "cost", "x"));

    static FuzzRequest of(long seed, long number, FuzzCorpus corpus, VirtualKeys callers) {
        return new Generator(new Random(seed * 1_000_003 + number), corpus, callers).request(seed, number);
    }

    /** In a form for a shell: {@code printf '…' | nc localhost 8080}. */
    String paste() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.length, 6_000); i++) {
            char each = (char) (bytes[i] & 0xff);
            text.append(
                    each >= ' ' && each < 127 && "'%\\".indexOf(each) < 0
                            ? String.valueOf(each)
                            : each == '\r' ? "\\r" : each == '\n' ? "\\n" : String.format("\\x%02x", (int) each));
        }
        return "seed " + seed + " request " + number + (admin ? " admin " : " ") + behavior + " " + bytes.length
                + " bytes:\n  printf '" + text + "' | nc 127.0.0.1 PORT\n";
    }

    /** The random choices of one connection. */
    private record Generator(Random random, FuzzCorpus corpus, VirtualKeys callers) {

        FuzzRequest request(long seed, long number) {
            boolean admin = random.nextInt(20) == 0;
            int count = random.nextInt(15) == 0 ? random.nextInt(2, 7) : 1;
            Behavior behavior = behavior();
            if (admin && behavior == Behavior.STALLS) {
                // The admin listener waits for 75 s, and only for this machine.
                behavior = Behavior.LEAVES_EARLY;
            }
            List<Message> messages = new ArrayList<>();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                messages.add(admin ? adminRequest() : one());
                out.writeBytes(messages.getLast().bytes());
            }
            return new FuzzRequest(seed, number, out.toByteArray(), messages, admin, behavior);
        }

        private Behavior behavior() {
            int choice = random.nextInt(100);
            return choice < 68
                    ? Behavior.PLAIN
                    : choice < 83
                            ? Behavior.PIECES
                            : choice < 88
                                    ? Behavior.LEAVES_EARLY
                                    : choice < 90
                                            ? Behavior.STALLS
                                            : choice < 95 ? Behavior.HALF_CLOSES : Behavior.LEAVES_LATE;
        }

        private Message one() {
            int choice = random.nextInt(100);
            if (choice < 70) {
                String path = corpus.path(random);
                String body = corpus.request(path, random);
                String other = random.nextInt(8) == 0 ? corpus.path(random) : path;
                return framed(random.nextInt(50) == 0 ? pick(METHODS) : "POST", other + query(), json(body));
            } else if (choice < 79) {
                return form(pick(FORMS));
            } else if (choice < 87) {
                return framed(random.nextInt(4) == 0 ? pick(METHODS) : "GET", pick(RESOURCES), "");
            } else if (choice < 93) {
                String path = "/passthrough/" + pick(List.of("up", "openai", "claude", "none", "", "sim"))
                        + pick(List.of("/v1/things", "/chat/completions", "/a%2fb", "/../x", "", "/models?x=%zz"));
                return framed(
                        pick(METHODS), path, random.nextBoolean() ? "" : json("{\"model\":\"m\",\"stream\":true}"));
            }
            return upgrade();
        }

        private String json(String body) {
            String changed = new FuzzJson(random).mutate(body);
            return random.nextInt(15) == 0 ? changed : FuzzJson.with(changed, "model", pick(MODELS));
        }

        private String query() {
            return random.nextInt(12) > 0
                    ? ""
                    : pick(List.of("?", "?a=b", "?beta=true", "?%zz", "?a=%00", "?model=up/m"));
        }

        private Message adminRequest() {
            String[] line = pick(ADMIN).split(" ", 2);
            String body = line[1].endsWith("/check")
                    ? pick(List.of("providers: { a: { type: simulator } }", "{", "a: *b", "\0"))
                    : line[0].equals("GET") ? "" : new FuzzJson(random).mutate(KEY);
            String text = body.replace("\"role\":", "\"rank\":");
            String key = random.nextInt(5) == 0 ? key() : "authorization: " + callers.bearer("boss") + "\r\n";
            return framed(line[0], line[1], text, "application/json", key);
        }

        private Message upgrade() {
            boolean responses = random.nextBoolean();
            String model = pick(List.of("openai/gpt-realtime", "up/m", "safe", "", "%00"));
            String head = "GET " + (responses ? "/v1/responses" : "/v1/realtime?model=" + model)
                    + " HTTP/1.1\r\nhost: localhost\r\n" + key() + "connection: Upgrade\r\nupgrade: websocket\r\n"
                    + "sec-websocket-version: " + (random.nextInt(10) == 0 ? "9" : "13")
                    + "\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + (random.nextInt(4) == 0 ? "sec-websocket-protocol: realtime, x\r\n" : "") + "\r\n";
            byte[] frames = new FuzzEvents(random, corpus, MODELS).frames(responses);
            return new Message(head, new byte[0], joined(head, frames));
        }

        private Message form(String path) {
            String boundary = pick(List.of("B", "----x", "a'b+c", "b".repeat(70)));
            StringBuilder body = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String name = pick(List.of(
                        "model", "model", "prompt", "file", "image", "purpose", "stream", "n", "", "MODEL", "size"));
                String value =
                        name.equals("model") ? pick(MODELS) : "x".repeat(random.nextInt(random.nextInt(9_000) + 1));
                body.append("--")
                        .append(boundary)
                        .append("\r\nContent-Disposition: form-data; name=\"")
                        .append(name)
                        .append(
                                random.nextInt(3) == 0
                                        ? "\"; filename=\"a\\\"b.png\"\r\nContent-Type: image/png"
                                        : "\"")
                        .append("\r\n\r\n")
                        .append(value)
                        .append("\r\n");
            }
            body.append(random.nextInt(12) == 0 ? "" : "--" + boundary + "--\r\n");
            String text = random.nextInt(8) == 0 ? new FuzzJson(random).damage(body.toString()) : body.toString();
            String quoted = random.nextInt(3) == 0 ? "\"" + boundary + "\"" : boundary;
            String type = "multipart/form-data; boundary=" + (random.nextInt(20) == 0 ? "" : quoted);
            return framed("POST", path, text, type, key());
        }

        private Message framed(String method, String target, String body) {
            String type = random.nextInt(25) == 0
                    ? pick(List.of("text/plain", "application/json; charset=latin1", "x", "multipart/form-data", ";"))
                    : "application/json";
            return framed(method, target, body, type, key());
        }

        private Message framed(String method, String target, String body, String type, String key) {
            byte[] bytes = body.getBytes(UTF_8);
            StringBuilder head = new StringBuilder(random.nextInt(60) == 0 ? "\r\n" : "")
                    .append(method)
                    .append(' ')
                    .append(target)
                    .append(random.nextInt(60) == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n")
                    .append(random.nextInt(100) == 0 ? "" : "Host: localhost\r\n")
                    .append(key);
            if (!body.isEmpty()) {
                head.append("content-type: ").append(type).append("\r\n");
            }
            for (int i = random.nextInt(9) - 5; i > 0; i--) {
                String name = pick(HEADERS.keySet().stream().sorted().toList());
                head.append(name).append(": ").append(pick(HEADERS.get(name))).append("\r\n");
            }
            oddHead(head);
            String fields = head.toString();
            int framing = random.nextInt(20);
            if (body.isEmpty() && framing < 18) {
                return new Message(fields, bytes, joined(head.append("\r\n").toString(), bytes));
            } else if (framing < 15) {
                head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
                return new Message(fields, bytes, joined(head.toString(), bytes));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            chunks(bytes, out);
            head.append("Transfer-Encoding: chunked\r\n\r\n");
            return new Message(fields, bytes, joined(head.toString(), out.toByteArray()));
        }

        private static byte[] joined(String head, byte[] body) {
            byte[] first = head.getBytes(ISO_8859_1);
            return ByteBuffer.allocate(first.length + body.length)
                    .put(first)
                    .put(body)
                    .array();
        }

        /** Of some requests: framing that is allowed and rare, or that no server may accept. */
        private void oddHead(StringBuilder head) {
            switch (random.nextInt(100)) {
                case 0 -> head.append("Expect: 100-continue\r\n");
                case 1 -> head.append("Connection: close\r\n");
                case 2 -> head.append("x-many: 1\r\n".repeat(random.nextInt(250)));
                case 3 ->
                    head.append("x-long: ")
                            .append("a".repeat(random.nextInt(40_000)))
                            .append("\r\n");
                case 4 -> head.append("X-Tab:\t a \t\r\nx-empty:\r\n");
                case 5 -> head.append("Content-Length: 1\r\n");
                case 6 -> head.append("x-bad\u0000: 1\r\n");
                case 7 -> head.append("x-folded: a\r\n b\r\n");
                case 8 -> head.append("Expect: something\r\nTE: trailers\r\n");
                case 9 -> head.append("Content-Encoding: gzip\r\n");
                case 10 ->
                    head.append("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n");
                case 11 -> head.append("Transfer-Encoding: gzip, chunked\r\n");
                default -> {
                    // As most clients.
                }
            }
        }

        private void chunks(byte[] bytes, ByteArrayOutputStream out) {
            int at = 0;
            while (at < bytes.length) {
                int size = at > 3_000 ? bytes.length - at : Math.min(bytes.length - at, random.nextInt(1, 1_500));
                String extension = random.nextInt(20) == 0 ? ";a=\"b\"" : "";
                out.writeBytes((Integer.toHexString(size) + extension + "\r\n").getBytes(ISO_8859_1));
                out.write(bytes, at, size);
                out.writeBytes("\r\n".getBytes(ISO_8859_1));
                at += size;
            }
            String end = random.nextInt(30) == 0
                    ? "z\r\n\r\n"
                    : random.nextInt(20) == 0 ? "0\r\nx-t: 1\r\n\r\n" : "0\r\n\r\n";
            out.writeBytes(end.getBytes(ISO_8859_1));
        }

        private String key() {
            int choice = random.nextInt(40);
            String id = pick(List.of("plain", "plain", "plain", "boss", "relay", "narrow", "slow", "poor"));
            return switch (choice) {
                case 0 -> "";
                case 1 -> "authorization: Bearer sk-wrong\r\n";
                case 2 -> "authorization: " + "x".repeat(random.nextInt(3_000)) + "\r\n";
                case 3 -> "authorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n";
                case 4, 5, 6, 7, 8, 9, 10 ->
                    "x-api-key: " + callers.token(id) + "\r\nanthropic-version: 2023-06-01\r\n";
                default -> "Authorization: " + callers.bearer(id) + "\r\n";
            };
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }
    }
}
