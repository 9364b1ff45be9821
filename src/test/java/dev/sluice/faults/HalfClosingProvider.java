package dev.sluice.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider that half-closes the connection in the middle of its response. */
final class HalfClosingProvider implements AutoCloseable {

    private static final String EVENT = "data:"
        + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"},\"finish_reason\":null}]}\n\n";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    HalfClosingProvider() throws IOException {
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> response(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void response(Socket socket) {
        try (socket) {
            byte[] read = new byte[16 * 1024];
            int length = socket.getInputStream().read(read);
            boolean stream =
                    new String(read, 0, Math.max(0, length), StandardCharsets.UTF_8).contains("\"stream\":true");
            String head = "HTTP/1.1 200 OK\r\ncontent-type: " + (stream ? "text/event-stream" : "application/json")
                    + "\r\ncontent-length: 100000\r\n\r\n";
            socket.getOutputStream().write((head + (stream ? EVENT : "{\"id\":")).getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            // It listens on, until the other side has had enough.
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // The other side hung up: what else.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
