package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A blocking TCP client that exposes every received byte and how the connection ended. */
public final class RawClient implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: (\\d+)");

    private final Socket socket;

    /** How reading ended. */
    public enum End {
        /** The peer closed the connection with FIN. */
        CLOSED,
        /** The peer reset the connection. */
        RESET,
        /** Nothing was received within the timeout. */
        SILENCE
    }

    /** @param text the bytes as Latin-1 */
    public record Received(String text, End end) {

        public String body() {
            int head = text.indexOf("\r\n\r\n");
            return head < 0 ? "" : text.substring(head + 4);
        }

        public int count(String part) {
            return text.split(Pattern.quote(part), -1).length - 1;
        }
    }

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    public static RawClient connect(int port) throws IOException {
        return connect(port, 0);
    }

    /** @param receiveBuffer bytes the kernel may take before the test reads; 0 for its default */
    public static RawClient connect(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return new RawClient(socket);
    }

    /** Sends a POST with a JSON body; header lines such as {@code a: b}. */
    public RawClient post(String path, String json, String... headerLines) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        StringBuilder head = new StringBuilder(
                "POST " + path + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        head.append("content-length: ").append(body.length).append("\r\n\r\n");
        socket.getOutputStream().write(head.toString().getBytes(ISO_8859_1));
        socket.getOutputStream().write(body);
        return this;
    }

    /** Sends raw text as Latin-1. */
    public RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /** Reads until {@code part} has been received {@code times} times; fails if the connection ends before. */
    public void readUntil(int times, String part) throws IOException {
        StringBuilder heard = new StringBuilder();
        byte[] chunk = new byte[4096];
        while (new Received(heard.toString(), End.SILENCE).count(part) < times) {
            int read = socket.getInputStream().read(chunk);
            if (read < 0) {
                throw new java.io.EOFException("closed after: " + heard);
            }
            heard.append(new String(chunk, 0, read, ISO_8859_1));
        }
    }

    /** Reads until the peer ends the connection or sends nothing for {@code silenceMillis}. */
    public Received read(int silenceMillis) throws IOException {
        return read(silenceMillis, "");
    }

    /** Also stops, with {@link End#SILENCE}, once the received text ends with {@code last}, unless that is empty. */
    public Received read(int silenceMillis, String last) throws IOException {
        StringBuilder heard = new StringBuilder();
        socket.setSoTimeout(silenceMillis);
        InputStream in = socket.getInputStream();
        byte[] chunk = new byte[65536];
        try {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                heard.append(new String(chunk, 0, read, ISO_8859_1));
                int end = heard.length() - last.length();
                if (!last.isEmpty() && end >= 0 && heard.indexOf(last, end) == end) {
                    return new Received(heard.toString(), End.SILENCE);
                }
            }
            return new Received(heard.toString(), End.CLOSED);
        } catch (SocketTimeoutException silent) {
            return new Received(heard.toString(), End.SILENCE);
        } catch (SocketException reset) {
            return new Received(heard.toString(), End.RESET);
        }
    }

    /** Reads exactly one response that has a content length. */
    public String readResponse(int silenceMillis) throws IOException {
        socket.setSoTimeout(silenceMillis);
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        while (!heard.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after " + heard.toString(ISO_8859_1));
            }
            heard.write(next);
        }
        Matcher length = LENGTH.matcher(heard.toString(ISO_8859_1));
        if (length.find()) {
            heard.write(in.readNBytes(Integer.parseInt(length.group(1))));
        }
        return heard.toString(ISO_8859_1);
    }

    /** Reads to the end of the connection in small steps with a pause after each, as a slow client does. */
    public Received readSlowly(int step, Duration pause, int silenceMillis) throws IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        socket.setSoTimeout(silenceMillis);
        byte[] chunk = new byte[step];
        try {
            for (int read = 0; read >= 0; read = socket.getInputStream().read(chunk)) {
                heard.write(chunk, 0, read);
                LockSupport.parkNanos(pause.toNanos());
            }
            return new Received(heard.toString(ISO_8859_1), End.CLOSED);
        } catch (SocketTimeoutException silent) {
            return new Received(heard.toString(ISO_8859_1), End.SILENCE);
        } catch (SocketException reset) {
            return new Received(heard.toString(ISO_8859_1), End.RESET);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
