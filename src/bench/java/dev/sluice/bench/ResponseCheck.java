package dev.sluice.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.bench.load.Request;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.upstream.Mode;
import dev.sluice.bench.wire.MessageFramer;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks before a measurement that a proxy forwards responses completely, because wrong responses would look cheap. */
final class ResponseCheck {

    private static final int TIMEOUT_MILLIS = 10_000;

    /** The last events carry no text: finish reason, usage, terminal marker. */
    private static final int NO_TEXT = 3;

    private static final String TEXT = " token".repeat(Mode.EVENTS - NO_TEXT);
    private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");

    private ResponseCheck() {}

    static void require(Proxy proxy, Mode mode, int promptBytes) throws IOException {
        require(proxy, mode, promptBytes, 0);
    }

    /**
     * @param extraEvents number of events beyond those of the upstream: redaction buffers text and therefore splits it
     *     differently
     */
    static void require(Proxy proxy, Mode mode, int promptBytes, int extraEvents) throws IOException {
        String response = dechunk(exchange(proxy.request(mode, promptBytes)));
        boolean correct = response.startsWith("HTTP/1.1 200")
                && (mode == Mode.WHOLE
                        ? response.contains("Hello there!")
                        : events(response) == Mode.EVENTS + extraEvents
                                && text(response).equals(TEXT)
                                && response.contains("data: [DONE]"));
        if (!correct) {
            throw new IOException(proxy.name() + " does not forward the upstream's response in mode " + mode + ":\n"
                    + response.lines().limit(20).toList());
        }
    }

    /**
     * Checks that a stream reaches a client of Anthropic's Messages completely.
     *
     * @return the number of events that the client receives
     */
    static int requireMessages(Request request) throws IOException {
        String response = dechunk(exchange(request));
        int deltas = response.split("event: content_block_delta\n", -1).length - 1;
        if (!response.startsWith("HTTP/1.1 200")
                || deltas != Mode.EVENTS - NO_TEXT
                || !response.contains("event: message_stop")) {
            throw new IOException("sluice does not translate the upstream's response:\n"
                    + response.lines().limit(20).toList());
        }
        return events(response);
    }

    private static int events(String response) {
        return response.split("data: ", -1).length - 1;
    }

    private static String text(String response) {
        return CONTENT.matcher(response).results().map(found -> found.group(1)).collect(Collectors.joining());
    }

    /** Joins the chunks of the body, because proxies may split chunks differently. */
    private static String dechunk(String response) {
        int body = response.indexOf("\r\n\r\n") + 4;
        if (!response.substring(0, body).toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
            return response;
        }
        StringBuilder joined = new StringBuilder(response.substring(0, body));
        int at = body;
        for (int size = size(response, at); size > 0; size = size(response, at)) {
            int start = response.indexOf("\r\n", at) + 2;
            joined.append(response, start, start + size);
            at = start + size + 2;
        }
        return joined.toString();
    }

    private static int size(String response, int at) {
        int end = response.indexOf("\r\n", at);
        return end < 0 ? 0 : Integer.parseInt(response.substring(at, end), 16);
    }

    private static String exchange(Request request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), request.port())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            request.bytes()
                    .duplicate()
                    .readBytes(socket.getOutputStream(), request.bytes().readableBytes());
            StringBuilder response = new StringBuilder();
            MessageFramer framer = new MessageFramer();
            byte[] chunk = new byte[64 * 1024];
            boolean complete = false;
            while (!complete) {
                int read = socket.getInputStream().read(chunk);
                if (read < 0) {
                    return response + "\n(closed before the end)";
                }
                response.append(new String(chunk, 0, read, ISO_8859_1));
                complete = framer.accept(Unpooled.wrappedBuffer(chunk, 0, read));
            }
            return response.toString();
        }
    }
}
