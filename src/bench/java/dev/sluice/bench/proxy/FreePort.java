package dev.sluice.bench.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** Free ports, for programs that cannot listen on port 0 and report the port. */
final class FreePort {

    private static final long POLL_NANOS = 5_000_000;

    private FreePort() {}

    static int find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the child listens there. */
    static void await(ChildProcess child, int port) throws IOException {
        while (!listening(port)) {
            if (!child.isAlive() || child.uptimeMillis() > 10_000) {
                throw new IOException("no process listens on port " + port + ": " + child.output());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean listening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
