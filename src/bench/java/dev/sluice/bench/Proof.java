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

/** Sees that a proxy does the whole work before its cost is measured: nothing is cheaper than a wrong answer. */
final class Proof {

    private static final int PATIENCE_MILLIS = 10_000;

    private Proof() {}

    static void require(Proxy proxy, Mode mode, int promptBytes) throws IOException {
        String answer = exchange(proxy.request(mode, promptBytes));
        int events = answer.split("data: ", -1).length - 1;
        boolean right = answer.startsWith("HTTP/1.1 200")
                && (mode == Mode.WHOLE
                        ? answer.contains("Hello there!")
                        : events == Mode.EVENTS && answer.contains("data: [DONE]"));
        if (!right) {
            throw new IOException(proxy.name() + " does not pass on what the upstream sends in mode " + mode + ":\n"
                    + answer.lines().limit(20).toList());
        }
    }

    private static String exchange(Request request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), request.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            request.bytes().duplicate().readBytes(socket.getOutputStream(), request.bytes().readableBytes());
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
