package dev.sluice.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One connection of a fuzz: sends the bytes of a request as its behavior says, reads its responses and judges them. */
final class FuzzConnection {

    /** Above every timeout of the configuration together, on a busy machine. */
    static final int DEADLINE_MILLIS = 35_000;

    private static final int MOST_PIECES = 50;
    private static final int MOST_RECORDED = 20_000;
    private static final int MOST_READ = 40 << 20;

    private final FuzzRequest request;
    private final Random random;
    private final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    final List<Integer> statuses = new ArrayList<>();

    FuzzConnection(FuzzRequest request) {
        this.request = request;
        this.random = new Random(request.number());
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port), DEADLINE_MILLIS);
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    /** @return what is wrong, or null */
    String run(Socket socket) {
        try {
            Thread writer = Thread.ofVirtual().start(() -> send(socket));
            if (request.behavior() == FuzzRequest.Behavior.LEAVES_EARLY) {
                join(writer);
                return null;
            }
            String wrong;
            try {
                wrong = read(new BufferedInputStream(new Recorded(socket.getInputStream())));
            } catch (RuntimeException malformed) {
                wrong = "the response is malformed: " + malformed + " in " + received.toString(ISO_8859_1);
            }
            return wrong;
        } catch (SocketTimeoutException silent) {
            return "has no end within " + DEADLINE_MILLIS + " ms; so far " + statuses;
        } catch (IOException ended) {
            // Closed or reset: an end, too.
            return null;
        }
    }

    static void join(Thread writer) {
        try {
            writer.join(DEADLINE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Socket socket) {
        byte[] bytes = request.bytes();
        boolean partly = request.behavior() == FuzzRequest.Behavior.LEAVES_EARLY
                || request.behavior() == FuzzRequest.Behavior.STALLS;
        int most = partly ? random.nextInt(bytes.length + 1) : bytes.length;
        int piece = request.behavior() == FuzzRequest.Behavior.PIECES ? 1 + random.nextInt(bytes.length) : most;
        try {
            int pieces = 0;
            int at = 0;
            while (at < most) {
                int length = pieces++ > MOST_PIECES ? most - at : Math.min(piece, most - at);
                socket.getOutputStream().write(bytes, at, length);
                at += length;
                if (at < most) {
                    LockSupport.parkNanos(random.nextInt(3_000_000));
                }
            }
            if (request.behavior() == FuzzRequest.Behavior.HALF_CLOSES) {
                socket.shutdownOutput();
            }
        } catch (IOException refused) {
            // The response says why, or the end of the connection.
        }
    }

    private String read(InputStream in) throws IOException {
        for (int i = 0; i < request.messages().size(); i++) {
            String head = head(in);
            int status = Integer.parseInt(head.substring(9, 12));
            statuses.add(status);
            if (status == 500) {
                return "got 500: " + head + new String(body(in, head, status), ISO_8859_1);
            } else if (status == 101) {
                drain(in);
                return null;
            } else if (request.behavior() == FuzzRequest.Behavior.LEAVES_LATE && !head.contains("content-length: 0")) {
                if (in.read(new byte[1 + random.nextInt(300)]) < 0) {
                    throw new EOFException();
                }
                return null;
            }
            byte[] body = body(in, head, status);
            String lower = head.toLowerCase(Locale.ROOT);
            // An error of a provider is relayed as it is; Sluice's own have its request id and no provider.
            if (status >= 400 && lower.contains("application/json") && !lower.contains("x-sluice-provider")) {
                String wrong = envelope(new String(body, ISO_8859_1));
                if (wrong != null) {
                    return wrong + " in " + head + new String(body, ISO_8859_1);
                }
            }
            if (lower.contains("connection: close") || asked("HEAD")) {
                return null;
            }
        }
        return null;
    }

    /** What is wrong with the body of an error, or null. */
    static String envelope(String body) {
        if (body.isEmpty()) {
            return null;
        }
        try {
            return new JsonObject(body).containsKey("error") ? null : "an error without a member error";
        } catch (DecodeException unreadable) {
            return "an unreadable error";
        }
    }

    private int next(InputStream in) throws IOException {
        if (System.nanoTime() > end) {
            throw new SocketTimeoutException();
        }
        return in.read();
    }

    /** The head of the next final response. */
    private String head(InputStream in) throws IOException {
        while (true) {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int next = next(in);
                if (next < 0) {
                    throw new EOFException();
                }
                head.append((char) next);
            }
            if (!head.toString().startsWith("HTTP/1.1 1") || head.toString().startsWith("HTTP/1.1 101")) {
                return head.toString();
            }
        }
    }

    private byte[] body(InputStream in, String head, int status) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean none = status == 204 || status == 304 || asked("HEAD");
        int length = lower.indexOf("content-length: ");
        if (none) {
            return new byte[0];
        } else if (lower.contains("transfer-encoding: chunked")) {
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                body.writeBytes(in.readNBytes(size + 2));
                if (System.nanoTime() > end || body.size() > MOST_READ) {
                    throw new SocketTimeoutException();
                }
            }
            while (!line(in).isEmpty()) {
                // A trailer.
            }
        } else if (length >= 0) {
            int from = length + "content-length: ".length();
            body.writeBytes(in.readNBytes(Integer.parseInt(lower.substring(from, lower.indexOf('\r', from)))));
        } else {
            drain(in);
        }
        return body.toByteArray();
    }

    /** Whether any request has this method: then bodies may be missing, and the connection is read no further. */
    private boolean asked(String method) {
        return new String(request.bytes(), ISO_8859_1).contains(method + " ");
    }

    private int chunk(InputStream in) throws IOException {
        String size = line(in);
        return Integer.parseInt(size, 16);
    }

    private String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = next(in); next != '\n'; next = next(in)) {
            if (next < 0) {
                throw new EOFException();
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private void drain(InputStream in) throws IOException {
        byte[] some = new byte[4096];
        long from = System.nanoTime();
        // A WebSocket may stay open as long as both sides like: this client leaves.
        while (in.available() > 0 || System.nanoTime() - from < 300_000_000L) {
            if (in.available() > 0) {
                if (in.read(some) < 0) {
                    return;
                }
            } else {
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    /** Keeps the beginning of what is read, for the report of a response that cannot be read. */
    private final class Recorded extends FilterInputStream {

        Recorded(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read > 0 && received.size() < MOST_RECORDED) {
                received.write(into, offset, Math.min(read, MOST_RECORDED - received.size()));
            }
            return read;
        }
    }
}
