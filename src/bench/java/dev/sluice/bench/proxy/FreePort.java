package dev.sluice.bench.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** For programs that cannot choose a port themselves and tell it. */
final class FreePort {

    private static final long LOOK_NANOS = 5_000_000;

    private FreePort() {}

    static int find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the child listens there. */
    static void await(Child child, int port) throws IOException {
        while (!listening(port)) {
            if (!child.alive() || child.millis() > 10_000) {
                throw new IOException("nobody listens on port " + port + ": " + child.output());
            }
            LockSupport.parkNanos(LOOK_NANOS);
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
