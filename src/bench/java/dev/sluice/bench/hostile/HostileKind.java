package dev.sluice.bench.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.bench.Pause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A kind of hostile caller or provider: what one connection does, again and again until the run is over. */
enum HostileKind {
    NOT_READING("streams of 4 MB, nothing is read") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            chat(socket, target, "large/m", ",\"stream\":true");
            awaitClose(socket);
        }
    },
    PIPELINING("pipelined requests, no response is read") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            byte[] request =
                    request(target, "GET /v1/models", "", "").repeat(20).getBytes(ISO_8859_1);
            while (true) {
                socket.getOutputStream().write(request);
            }
        }
    },
    SLOW_HEADER("a byte of the head each second") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            trickle(socket, request(target, "POST /v1/chat/completions", "content-length: 2\r\n", "{}"));
        }
    },
    SLOW_BODY("a byte of the body each second") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            write(socket, request(target, "POST /v1/chat/completions", "content-length: 10000\r\n", "{"));
            trickle(socket, "x".repeat(10_000));
        }
    },
    ANNOUNCED_BODY("a body of 19 MB is announced, nothing is sent") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            write(socket, request(target, "POST /v1/chat/completions", "content-length: 19000000\r\n", "{"));
            readAll(socket);
        }
    },
    LARGE_BODY("bodies of 19 MB, sent as fast as they are read") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            write(socket, request(target, "POST /v1/chat/completions", "content-length: 19000000\r\n", ""));
            write(socket, "{\"model\":\"good/m\",\"messages\":[{\"role\":\"user\",\"content\":\"");
            byte[] piece = "p".repeat(100_000).getBytes(ISO_8859_1);
            for (int i = 0; i < 189; i++) {
                socket.getOutputStream().write(piece);
            }
            readAll(socket);
        }
    },
    FLOOD("small requests as fast as they are served") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            String body = chatBody("good/m", "");
            exchange(
                    socket,
                    request(target, "POST /v1/chat/completions", "content-length: " + body.length() + "\r\n", body));
        }
    },
    WRONG_KEYS("requests with wrong keys, as fast as they are refused") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            exchange(socket, request(target, "GET /v1/models", "", "").replace("Bearer sk", "Bearer wrong"));
        }
    },
    CONNECTS("connections that are reset after 200 ms") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            Pause.millis(200);
            socket.setSoLinger(true, 0);
        }
    },
    DEEP_JSON("translated bodies of 200 KB, 100 levels deep") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            String deep = ("[".repeat(100) + "]".repeat(100) + ",").repeat(1_000);
            String body =
                    "{\"model\":\"claude/m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"x\":["
                            + deep + "1]}";
            write(
                    socket,
                    request(
                            target,
                            "POST /v1/chat/completions",
                            "connection: close\r\ncontent-length: " + body.length() + "\r\n",
                            body));
            readAll(socket);
        }
    },
    MULTIPART("uploads that never end, a byte each second") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            write(
                    socket,
                    request(
                                    target,
                                    "POST /v1/audio/transcriptions",
                                    "transfer-encoding: chunked\r\n",
                                    "5\r\n--x\r\n\r\n")
                            .replace("application/json", "multipart/form-data; boundary=x"));
            trickleChunks(socket);
        }
    },
    WEBSOCKET_PINGS("realtime sessions with pings, no pong is read") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            write(
                    socket,
                    request(
                            target,
                            "GET /v1/realtime?model=openai/gpt-realtime",
                            "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
                                    + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                            ""));
            byte[] status = socket.getInputStream().readNBytes(12);
            if (status.length < 12 || status[11] != '1') {
                readAll(socket);
                return;
            }
            byte[] ping = new byte[6 + 125];
            ping[0] = (byte) 0x89;
            ping[1] = (byte) (0x80 | 125);
            while (true) {
                socket.getOutputStream().write(ping);
            }
        }
    },
    TLS_JUNK("bytes that are no TLS, and handshakes that stop") {
        @Override
        boolean secure() {
            return true;
        }

        @Override
        void act(Socket socket, Target target) throws IOException {
            byte[] hello = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
            socket.getOutputStream()
                    .write(System.nanoTime() % 2 == 0 ? hello : "GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            readAll(socket);
        }
    },
    H2_RESETS("HTTP/2: streams that are reset at once") {
        @Override
        boolean secure() {
            return true;
        }

        @Override
        void act(Socket socket, Target target) throws IOException {
            SSLSocket tls = http2(socket, target);
            byte[] body = chatBody("good/m", "").getBytes(ISO_8859_1);
            for (int stream = 1; stream < Integer.MAX_VALUE - 2; stream += 2) {
                frame(tls.getOutputStream(), 1, 4, stream, headers(target));
                frame(tls.getOutputStream(), 0, 1, stream, body);
                frame(tls.getOutputStream(), 3, 0, stream, new byte[] {0, 0, 0, 8});
            }
        }
    },
    H2_CONTROL("HTTP/2: pings and settings, nothing is read") {
        @Override
        boolean secure() {
            return true;
        }

        @Override
        void act(Socket socket, Target target) throws IOException {
            SSLSocket tls = http2(socket, target);
            while (true) {
                frame(tls.getOutputStream(), 6, 0, 0, new byte[8]);
                frame(tls.getOutputStream(), 4, 0, 0, new byte[0]);
            }
        }
    },
    H2_STREAMS("HTTP/2: 50 streams of 4 MB without window each") {
        @Override
        boolean secure() {
            return true;
        }

        @Override
        void act(Socket socket, Target target) throws IOException {
            SSLSocket tls = http2(socket, target);
            OutputStream out = tls.getOutputStream();
            byte[] body = chatBody("large/m", ",\"stream\":true").getBytes(ISO_8859_1);
            for (int stream = 1; stream < 100; stream += 2) {
                frame(out, 1, 4, stream, headers(target));
                frame(out, 0, 1, stream, body);
            }
            awaitClose(tls);
        }
    },
    UPSTREAM_ANNOUNCES("a provider announces 260 MB and sends nothing") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            chat(socket, target, "announced/m", "");
            readAll(socket);
        }
    },
    UPSTREAM_HELD("a provider's streams of 14 MB are held back") {
        @Override
        void act(Socket socket, Target target) throws IOException {
            chat(socket, target, "held", ",\"stream\":true");
            readAll(socket);
        }
    };

    /**
     * @param token of the hostile caller
     * @param tls null without
     */
    record Target(int port, String token, SSLContext tls) {}

    private static final int SMALL_BUFFER = 16 * 1024;

    final String description;

    HostileKind(String description) {
        this.description = description;
    }

    /** What one connection does; it returns or throws when the connection ends. */
    abstract void act(Socket socket, Target target) throws IOException;

    /** Whether the gateway serves TLS. */
    boolean secure() {
        return false;
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.setSendBufferSize(SMALL_BUFFER);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        return socket;
    }

    /** With windows of 0 for each stream. */
    private static SSLSocket http2(Socket socket, Target target) throws IOException {
        SSLSocket tls = (SSLSocket) target.tls.getSocketFactory().createSocket(socket, "localhost", target.port, true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        tls.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        byte[] window = ByteBuffer.allocate(6).putShort((short) 4).putInt(0).array();
        frame(tls.getOutputStream(), 4, 0, 0, window);
        return tls;
    }

    /** Sends the request again whenever something of the response has arrived. */
    private static void exchange(Socket socket, String request) throws IOException {
        byte[] some = new byte[SMALL_BUFFER];
        do {
            write(socket, request);
        } while (socket.getInputStream().read(some) > 0);
    }

    private static String request(Target target, String line, String headers, String body) {
        return line + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nauthorization: Bearer "
                + target.token + "\r\n" + headers + "\r\n" + body;
    }

    private static String chatBody(String model, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    }

    private static void chat(Socket socket, Target target, String model, String more) throws IOException {
        String body = chatBody(model, more);
        write(
                socket,
                request(
                        target,
                        "POST /v1/chat/completions",
                        "connection: close\r\ncontent-length: " + body.length() + "\r\n",
                        body));
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void trickle(Socket socket, String text) throws IOException {
        for (byte each : text.getBytes(ISO_8859_1)) {
            socket.getOutputStream().write(each);
            Pause.millis(1_000);
        }
    }

    private static void trickleChunks(Socket socket) throws IOException {
        while (true) {
            write(socket, "1\r\nx\r\n");
            Pause.millis(1_000);
        }
    }

    private static void readAll(Socket socket) throws IOException {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /** Reads nothing; a write fails once the gateway has reset the connection. */
    private static void awaitClose(Socket socket) throws IOException {
        while (true) {
            Pause.millis(1_000);
            if (socket instanceof SSLSocket) {
                frame(socket.getOutputStream(), 6, 0, 0, new byte[8]);
            } else {
                socket.getOutputStream().write('\n');
            }
        }
    }

    private static byte[] headers(Target target) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        // :method POST and :scheme https by index; the rest as literals without indexing.
        block.write(0x83);
        block.write(0x87);
        literal(block, ":path", "/v1/chat/completions");
        literal(block, ":authority", "localhost");
        literal(block, "content-type", "application/json");
        literal(block, "authorization", "Bearer " + target.token);
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String text : new String[] {name, value}) {
            block.write(text.length());
            block.writeBytes(text.getBytes(ISO_8859_1));
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array());
        out.flush();
    }
}
