package dev.sluice.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One TLS connection of a fuzz: mostly HTTP/2, of which each stream or the whole connection must end; else HTTP/1, or
 * bytes that are no TLS.
 */
final class FuzzTlsConnection {

    private static final int STREAM_BITS = Integer.MAX_VALUE;
    private static final int MOST_READ = 40 << 20;

    private final FuzzRequest request;
    private final SSLContext tls;
    private final Random random;
    private final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FuzzConnection.DEADLINE_MILLIS);
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final Map<Integer, Response> responses = new HashMap<>();
    private final Set<Integer> ended = new HashSet<>();
    /** Frames that the client responds with, until its own frames are sent completely. */
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream();

    private boolean sent;
    private boolean endsStream;

    private static final class Response {
        private int status;
        private boolean judged;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    }

    FuzzTlsConnection(FuzzRequest request, SSLContext tls) {
        this.request = request;
        this.tls = tls;
        this.random = new Random(~request.number());
    }

    /** @return what is wrong, or null */
    String run(Socket plain) {
        int choice = random.nextInt(20);
        try {
            if (choice == 0) {
                return junk(plain);
            }
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(
                    choice < 3
                            ? new String[0]
                            : choice < 5 ? new String[] {"http/1.1"} : new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return choice < 5 ? new FuzzConnection(request).run(socket) : frames(socket);
        } catch (SocketTimeoutException silent) {
            return "has no end within " + FuzzConnection.DEADLINE_MILLIS + " ms; HTTP/2 streams that ended: " + ended;
        } catch (Http2Exception | RuntimeException malformed) {
            return "the response is malformed: " + malformed;
        } catch (IOException over) {
            // Closed or reset: an end, too.
            return null;
        }
    }

    /** Bytes that are no TLS, and the beginning of a handshake. */
    private String junk(Socket socket) throws IOException {
        byte[] bytes = new byte[random.nextInt(1, 600)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            System.arraycopy(
                    new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}, 0, bytes, 0, Math.min(11, bytes.length));
        }
        socket.getOutputStream().write(random.nextInt(3) == 0 ? request.bytes() : bytes);
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        return null;
    }

    private String frames(SSLSocket socket) throws IOException, Http2Exception {
        FuzzFrames frames = FuzzFrames.of(request);
        byte[] bytes = frames.bytes();
        boolean partly = request.behavior() == FuzzRequest.Behavior.LEAVES_EARLY
                || request.behavior() == FuzzRequest.Behavior.STALLS;
        int most = partly ? random.nextInt(bytes.length + 1) : bytes.length;
        Thread writer = Thread.ofVirtual().start(() -> send(socket, bytes, most));
        if (request.behavior() == FuzzRequest.Behavior.LEAVES_EARLY) {
            FuzzConnection.join(writer);
            return null;
        }
        Set<Integer> expected = Set.copyOf(frames.streams(most));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (expected.isEmpty() || !ended.containsAll(expected)) {
            String wrong = frame(in, socket.getOutputStream());
            if (wrong != null) {
                return wrong;
            } else if (request.behavior() == FuzzRequest.Behavior.LEAVES_LATE && !responses.isEmpty()) {
                return null;
            }
        }
        return null;
    }

    private void send(Socket socket, byte[] bytes, int most) {
        int piece = request.behavior() == FuzzRequest.Behavior.PIECES ? 1 + bytes.length / random.nextInt(1, 30) : most;
        try {
            for (int at = 0; at < most; at += piece) {
                socket.getOutputStream().write(bytes, at, Math.min(piece, most - at));
                if (at + piece < most) {
                    LockSupport.parkNanos(random.nextInt(3_000_000));
                }
            }
            if (request.behavior() == FuzzRequest.Behavior.HALF_CLOSES) {
                socket.shutdownOutput();
            } else if (most == bytes.length) {
                synchronized (replies) {
                    sent = true;
                    replies.writeTo(socket.getOutputStream());
                }
            }
        } catch (IOException refused) {
            // The response says why, or the end of the connection.
        }
    }

    /** Only between the client's own frames. */
    private void reply(OutputStream out, byte[] frame) throws IOException {
        synchronized (replies) {
            if (sent) {
                out.write(frame);
            } else {
                replies.writeBytes(frame);
            }
        }
    }

    /** Reads the next frame. */
    private String frame(DataInputStream in, OutputStream out) throws IOException, Http2Exception {
        if (System.nanoTime() > end) {
            throw new SocketTimeoutException();
        }
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & STREAM_BITS;
        byte[] payload = in.readNBytes(head >>> 8);
        if (payload.length < head >>> 8) {
            throw new EOFException();
        }
        boolean polite = request.number() % 3 > 0;
        switch (head & 0xff) {
            case FuzzFrames.SETTINGS, FuzzFrames.PING -> {
                if ((flags & FuzzFrames.ACK) == 0 && polite) {
                    boolean ping = (head & 0xff) == FuzzFrames.PING;
                    reply(out, FuzzFrames.frame(head & 0xff, FuzzFrames.ACK, 0, ping ? payload : new byte[0]));
                }
            }
            case FuzzFrames.RST_STREAM -> ended.add(stream);
            case FuzzFrames.HEADERS -> {
                boolean padded = (flags & FuzzFrames.PADDED) != 0;
                int from = (padded ? 1 : 0) + ((flags & FuzzFrames.PRIORITY) == 0 ? 0 : 5);
                block.reset();
                block.write(payload, from, payload.length - from - (padded ? payload[0] : 0));
                endsStream = (flags & FuzzFrames.END_STREAM) != 0;
                return (flags & FuzzFrames.END_HEADERS) == 0 ? null : headers(stream);
            }
            case FuzzFrames.CONTINUATION -> {
                block.writeBytes(payload);
                return (flags & FuzzFrames.END_HEADERS) == 0 ? null : headers(stream);
            }
            case FuzzFrames.DATA -> {
                if (polite && payload.length > 0) {
                    reply(out, FuzzFrames.frame(FuzzFrames.WINDOW_UPDATE, 0, 0, FuzzFrames.number(payload.length)));
                    reply(
                            out,
                            FuzzFrames.frame(FuzzFrames.WINDOW_UPDATE, 0, stream, FuzzFrames.number(payload.length)));
                }
                return data(stream, payload, (flags & FuzzFrames.END_STREAM) != 0);
            }
            default -> {
                // GOAWAY: the end of the connection follows. WINDOW_UPDATE: the client does not wait for it.
            }
        }
        return null;
    }

    private String headers(int stream) throws Http2Exception {
        Http2Headers headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block.toByteArray()));
        Response response = responses.computeIfAbsent(stream, any -> new Response());
        if (headers.status() != null) {
            response.status = Integer.parseInt(headers.status().toString());
            String type = String.valueOf(headers.get("content-type"));
            response.judged = response.status >= 400
                    && type.contains("application/json")
                    && headers.get("x-sluice-provider") == null;
        } else if (response.status == 0) {
            return "headers without a status: " + headers;
        }
        return endsStream ? ended(stream, response) : null;
    }

    private String data(int stream, byte[] payload, boolean last) throws IOException {
        Response response = responses.get(stream);
        if (response == null) {
            return "data before headers on stream " + stream;
        }
        response.body.writeBytes(payload);
        if (response.body.size() > MOST_READ) {
            throw new SocketTimeoutException();
        }
        return last ? ended(stream, response) : null;
    }

    private String ended(int stream, Response response) {
        ended.add(stream);
        String body = response.body.toString(ISO_8859_1);
        if (response.status == 500) {
            return "got 500: " + body;
        }
        String wrong = response.judged ? FuzzConnection.envelope(body) : null;
        return wrong == null ? null : wrong + " with " + response.status + ": " + body;
    }
}
