package dev.sluice.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A client that sends the same bytes over and over and reads nothing. */
public final class FloodingClient implements AutoCloseable {

    private final Socket socket;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicBoolean cut = new AtomicBoolean();

    /** Starts at once. */
    public FloodingClient(Socket socket, byte[] bytes) {
        this.socket = socket;
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    socket.getOutputStream().write(bytes);
                    sent.addAndGet(bytes.length);
                }
            } catch (IOException closed) {
                cut.set(true);
            }
        });
    }

    /** A connection whose kernel takes little before the test reads. */
    public static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return socket;
    }

    /** Bytes that the kernel has taken. */
    public long sent() {
        return sent.get();
    }

    /** Whether the peer has closed the connection. */
    public boolean isCut() {
        return cut.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
