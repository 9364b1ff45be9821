package dev.sluice.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider whose connections are byte streams: the test decides the response to each request. Of a request of more
 * than {@value #MOST_READ} bytes it reads only the beginning, responds, and then reads no more.
 */
final class RawUpstream implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: (\\d+)");

    private static final Pattern CHUNKED = Pattern.compile("(?im)^transfer-encoding: chunked");

    private static final int MOST_READ = 1024 * 1024;
    private static final long DEAF_MILLIS = 5_000;

    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Script script;
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    /** What the provider does with one request. */
    @FunctionalInterface
    interface Script {

        /**
         * @param number of the request on its connection, from 1
         * @return false to close the connection
         */
        boolean respond(Request request, int number, OutputStream out) throws IOException;
    }

    /**
     * @param line the request line
     * @param head all of the head, with the request line
     */
    record Request(String line, String head, String body, boolean complete) {}

    RawUpstream(Script script) throws IOException {
        this.script = script;
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** A provider takes its time: a delay of the script, not a wait of the test. */
    static void pause(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
    }

    /** Writes a complete response of status 200. */
    static void respond(OutputStream out, String contentType, String body) throws IOException {
        byte[] bytes = bytes(body);
        out.write(bytes("HTTP/1.1 200 OK\r\ncontent-type: " + contentType + "\r\ncontent-length: " + bytes.length
                + "\r\n\r\n"));
        out.write(bytes);
        out.flush();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            int number = 0;
            for (Request request = read(in); request != null; request = read(in)) {
                requests.incrementAndGet();
                if (!script.respond(request, ++number, socket.getOutputStream())) {
                    return;
                }
                if (!request.complete()) {
                    pause(DEAF_MILLIS);
                    return;
                }
            }
        } catch (IOException gone) {
            // Sluice closed the connection, or the test ends.
            return;
        } finally {
            closed.incrementAndGet();
        }
    }

    private static Request read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        String line = head.substring(0, head.indexOf("\r\n"));
        if (CHUNKED.matcher(head).find()) {
            return new Request(line, head.toString(), readChunks(in), true);
        }
        Matcher length = LENGTH.matcher(head);
        int announced = length.find() ? Integer.parseInt(length.group(1)) : 0;
        String body = new String(in.readNBytes(Math.min(announced, MOST_READ)), StandardCharsets.UTF_8);
        return new Request(line, head.toString(), body, announced <= MOST_READ);
    }

    /** Of a chunked body, too, only the beginning is kept, but all of it is read. */
    private static String readChunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            StringBuilder size = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("closed within a chunk");
                }
                size.append((char) next);
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            String chunk = new String(in.readNBytes(length + 2), StandardCharsets.UTF_8);
            if (length == 0) {
                return body.toString();
            }
            if (body.length() < MOST_READ) {
                body.append(chunk);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
