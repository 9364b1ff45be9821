package dev.sluice.bench.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.bench.Pause;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A provider that responds by the first segment of the path: well, with a large stream, or as a hostile one does. */
final class HostileUpstream implements AutoCloseable {

    static final int LARGE = 4_000_000;
    static final int HELD = 14_000_000;
    static final long ANNOUNCED = 260_000_000;

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: (\\d+)");
    private static final Pattern SOCKET_KEY = Pattern.compile("(?im)^sec-websocket-key: *(\\S+)");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final long HOLD_MILLIS = 5_000;
    private static final byte[] EVENT = event();
    private static final String COMPLETION =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"served\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";

    private final ServerSocket server = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("upstream-", 0).factory());

    HostileUpstream() throws IOException {
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String head = head(in); head != null; head = head(in)) {
                Matcher length = LENGTH.matcher(head);
                in.skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
                if (!respond(head, in, socket.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The gateway has closed the connection, as it should with most of these.
            return;
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** @return whether the connection is kept */
    private static boolean respond(String head, InputStream in, OutputStream out) throws IOException {
        String path = head.split(" ", 3)[1];
        Matcher key = SOCKET_KEY.matcher(head);
        if (key.find()) {
            write(
                    out,
                    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                            + "sec-websocket-accept: " + accept(key.group(1)) + "\r\n\r\n");
            in.transferTo(OutputStream.nullOutputStream());
            return false;
        } else if (path.startsWith("/announced/")) {
            write(
                    out,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + ANNOUNCED + "\r\n\r\n{");
            Pause.millis(HOLD_MILLIS);
            return false;
        } else if (path.startsWith("/large/") || path.startsWith("/held/")) {
            write(out, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
            for (int sent = 0; sent < (path.startsWith("/large/") ? LARGE : HELD); sent += EVENT.length) {
                out.write(EVENT);
            }
            Pause.millis(HOLD_MILLIS);
            return false;
        }
        write(
                out,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + COMPLETION.length()
                        + "\r\n\r\n" + COMPLETION);
        return true;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
    }

    private static byte[] event() {
        return ("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                        + "[{\"index\":0,\"delta\":{\"content\":\"" + "z".repeat(9_000)
                        + "\"},\"finish_reason\":null}]}\n\n")
                .getBytes(ISO_8859_1);
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
