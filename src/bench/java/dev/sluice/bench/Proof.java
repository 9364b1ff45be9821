package dev.sluice.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.bench.load.Request;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.upstream.Mode;
import dev.sluice.bench.wire.MessageEnd;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Sees that a proxy does the whole work before its cost is measured: nothing is cheaper than a wrong answer. */
final class Proof {

    private static final int PATIENCE_MILLIS = 10_000;

    /** The last of the provider's events: finish, usage, end. */
    private static final int NO_TEXT = 3;

    private static final String TEXT = " token".repeat(Mode.EVENTS - NO_TEXT);
    private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");

    private Proof() {}

    static void require(Proxy proxy, Mode mode, int promptBytes) throws IOException {
        require(proxy, mode, promptBytes, 0);
    }

    /**
     * @param more events than the upstream sends: who holds back what a word may still become cuts the text elsewhere
     */
    static void require(Proxy proxy, Mode mode, int promptBytes, int more) throws IOException {
        String answer = whole(exchange(proxy.request(mode, promptBytes)));
        boolean right = answer.startsWith("HTTP/1.1 200")
                && (mode == Mode.WHOLE
                        ? answer.contains("Hello there!")
                        : events(answer) == Mode.EVENTS + more
                                && text(answer).equals(TEXT)
                                && answer.contains("data: [DONE]"));
        if (!right) {
            throw new IOException(proxy.name() + " does not pass on what the upstream sends in mode " + mode + ":\n"
                    + answer.lines().limit(20).toList());
        }
    }

    /**
     * Sees that a stream comes whole to a client of Anthropic's Messages.
     *
     * @return how many events it has there
     */
    static int messages(Request request) throws IOException {
        String answer = whole(exchange(request));
        int deltas = answer.split("event: content_block_delta\n", -1).length - 1;
        if (!answer.startsWith("HTTP/1.1 200")
                || deltas != Mode.EVENTS - NO_TEXT
                || !answer.contains("event: message_stop")) {
            throw new IOException("sluice does not translate what the upstream sends:\n"
                    + answer.lines().limit(20).toList());
        }
        return events(answer);
    }

    private static int events(String answer) {
        return answer.split("data: ", -1).length - 1;
    }

    private static String text(String answer) {
        return CONTENT.matcher(answer).results().map(found -> found.group(1)).collect(Collectors.joining());
    }

    /** With the body as one piece: proxies cut chunks where they like. */
    private static String whole(String answer) {
        int body = answer.indexOf("\r\n\r\n") + 4;
        if (!answer.substring(0, body).toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
            return answer;
        }
        StringBuilder joined = new StringBuilder(answer.substring(0, body));
        int at = body;
        for (int size = size(answer, at); size > 0; size = size(answer, at)) {
            int start = answer.indexOf("\r\n", at) + 2;
            joined.append(answer, start, start + size);
            at = start + size + 2;
        }
        return joined.toString();
    }

    private static int size(String answer, int at) {
        int end = answer.indexOf("\r\n", at);
        return end < 0 ? 0 : Integer.parseInt(answer.substring(at, end), 16);
    }

    private static String exchange(Request request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), request.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            request.bytes()
                    .duplicate()
                    .readBytes(socket.getOutputStream(), request.bytes().readableBytes());
            StringBuilder answer = new StringBuilder();
            MessageEnd end = new MessageEnd();
            byte[] chunk = new byte[64 * 1024];
            boolean whole = false;
            while (!whole) {
                int read = socket.getInputStream().read(chunk);
                if (read < 0) {
                    return answer + "\n(closed before the end)";
                }
                answer.append(new String(chunk, 0, read, ISO_8859_1));
                whole = end.take(Unpooled.wrappedBuffer(chunk, 0, read));
            }
            return answer.toString();
        }
    }
}
