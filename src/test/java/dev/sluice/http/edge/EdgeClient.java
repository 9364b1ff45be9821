package dev.sluice.http.edge;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends raw bytes and reads one response at a time. */
public final class EdgeClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    /** One response; header names in lower case. */
    public record Reply(int status, Map<String, String> headers, String body) {
        public boolean closes() {
            return "close".equals(headers.get("connection"));
        }
    }

    EdgeClient(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public EdgeClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public EdgeClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public void finishOutput() throws IOException {
        socket.shutdownOutput();
    }

    public Reply read() throws IOException {
        Reply head = readHead();
        int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
        return new Reply(head.status, head.headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** Reads only the head of a response: the response to a HEAD request has no body. */
    Reply readHead() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            headers.put(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        return new Reply(status, headers, "");
    }

    public Reply exchange(String request) throws IOException {
        return send(request).read();
    }

    public Reply get(String path) throws IOException {
        return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    /** Waits for the server's FIN (or reset). */
    public boolean closedByServer() throws IOException {
        try {
            return in.read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c == -1) {
                throw new EOFException("after: " + line);
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
