package dev.sluice.faults;

import static dev.sluice.faults.RawUpstream.bytes;
import static dev.sluice.faults.RawUpstream.pause;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two pipelined requests, where the response to the first ends in one of many ways: its bytes end before those of the
 * second begin, as judged by a parser that forgives nothing.
 */
class PipelinedResponsesDoNotMixTest {

    private static final String EVENT = "data:"
        + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"TEXT\"},\"finish_reason\":null}]}\n\n";
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    private static final String BODY = "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\","
            + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"second\"},"
            + "\"finish_reason\":\"stop\"}]}";
    /** More than a socket takes at once. */
    private static final String LONG = "x".repeat(200_000);

    private static RawUpstream upstream;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() throws IOException {
        upstream = new RawUpstream((request, n, out) -> respond(request.body(), out));
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "http://127.0.0.1:%d/v1"
                retry: { attempts: 1 }
                breaker: { min_calls: 100000 }
                timeouts: { first_byte: 2s, response: 2s, idle: 100ms }
            """.formatted(upstream.port()));
    }

    @AfterAll
    static void stop() throws IOException {
        sluice.close();
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "complete,chat",
        "complete,invalid",
        "complete,unknown",
        "complete,models",
        "long,chat",
        "long,invalid",
        "many,chat",
        "many,invalid",
        "cut,chat",
        "cut,invalid",
        "reset,chat",
        "no-marker,chat",
        "error-event,chat",
        "error-event,invalid",
        "malformed,chat",
        "bad-chunk,chat",
        "silent,chat",
        "silent,models",
        "refused,chat",
        "refused,invalid",
        "after-marker,chat",
        "leftover,chat",
        "empty,chat",
        "whole,chat"
    })
    void theFirstResponseEndsBeforeTheSecond(String ending, String second) throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(chat(ending, true) + second(second)));
            Responses responses = new Responses(client.getInputStream());
            Response first = responses.next();
            assertThat(first).as("the first response").isNotNull();
            if (first.cut()) {
                return;
            }
            Response next = responses.next();
            assertThat(next).as("the second response").isNotNull();
            assertThat(next.status())
                    .isEqualTo(
                            switch (second) {
                                case "invalid" -> 400;
                                case "unknown" -> 404;
                                default -> 200;
                            });
            assertThat(next.body())
                    .contains(
                            switch (second) {
                                case "chat" -> "second";
                                case "models" -> "\"list\"";
                                default -> "error";
                            });
        }
    }

    /** The client reads slowly, so that bytes of the first response wait when its last ones are written. */
    @Test
    void aClientThatReadsSlowlyGetsThemInOrder() throws IOException {
        try (Socket client = connect()) {
            client.setReceiveBufferSize(4096);
            client.getOutputStream().write(bytes(chat("many", true) + second("invalid") + second("chat")));
            pause(300);
            Responses responses = new Responses(client.getInputStream());
            assertThat(responses.next().body()).endsWith("data: [DONE]\n\n");
            assertThat(responses.next().status()).isEqualTo(400);
            assertThat(responses.next().body()).contains("second");
        }
    }

    private static Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), sluice.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private static String chat(String text, boolean stream) {
        return post("{\"model\":\"up/any\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"how-" + text + ".\"}]}");
    }

    private static String post(String body) {
        return "POST /v1/chat/completions HTTP/1.1\r\n"
                + "host: localhost\r\n"
                + "content-type: application/json\r\n"
                + "content-length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static String second(String kind) {
        return switch (kind) {
            case "invalid" -> post("{\"model\":");
            case "unknown" -> "GET /v1/nothing HTTP/1.1\r\nhost: localhost\r\n\r\n";
            case "models" -> "GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n";
            default -> chat("whole", false);
        };
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    private static boolean respond(String request, OutputStream out) throws IOException {
        String ending = request.replaceFirst("(?s).*how-([a-z-]+)\\..*", "$1");
        String done = chunk("data: [DONE]\n\n");
        switch (ending) {
            case "complete" -> out.write(bytes(STREAM_HEAD + chunk(EVENT) + done + "0\r\n\r\n"));
            case "long" -> out.write(bytes(STREAM_HEAD + chunk(EVENT.replace("TEXT", LONG)) + done + "0\r\n\r\n"));
            case "many" -> {
                out.write(bytes(STREAM_HEAD));
                for (int i = 0; i < 2_000; i++) {
                    out.write(bytes(chunk(EVENT.replace("TEXT", "x".repeat(500)))));
                }
                out.write(bytes(done + "0\r\n\r\n"));
            }
            case "cut", "reset" -> {
                out.write(bytes(STREAM_HEAD + chunk(EVENT) + (ending.equals("cut") ? "" : "40\r\ndata: {")));
                out.flush();
                pause(20);
                return false;
            }
            case "no-marker" -> out.write(bytes(STREAM_HEAD + chunk(EVENT) + "0\r\n\r\n"));
            case "error-event" ->
                out.write(bytes(STREAM_HEAD + chunk(EVENT) + chunk("data: {\"error\":{\"message\":\"overloaded\"}}\n\n")
                        + "0\r\n\r\n"));
            case "malformed" ->
                out.write(bytes(STREAM_HEAD + chunk(EVENT) + chunk("data: {]\n\n") + done + "0\r\n\r\n"));
            case "bad-chunk" -> out.write(bytes(STREAM_HEAD + chunk(EVENT) + "zz\r\n\r\n"));
            case "silent" -> {
                out.write(bytes(STREAM_HEAD + chunk(EVENT)));
                out.flush();
                pause(300);
                return false;
            }
            case "refused" ->
                out.write(bytes("HTTP/1.1 400 Bad\r\ncontent-type: application/json\r\ncontent-length: 26\r\n\r\n"
                        + "{\"error\":{\"message\":\"no\"}}"));
            case "after-marker" ->
                out.write(bytes(STREAM_HEAD + chunk(EVENT) + done + chunk(EVENT) + done + "0\r\n\r\n"));
            case "leftover" -> out.write(bytes(STREAM_HEAD + chunk(EVENT) + done + "0\r\n\r\n" + done));
            case "empty" -> out.write(bytes(STREAM_HEAD + "0\r\n\r\n"));
            default -> RawUpstream.respond(out, "application/json", BODY);
        }
        out.flush();
        return true;
    }

    /** @param cut whether the connection ended within it */
    private record Response(int status, String body, boolean cut) {}

    /** A parser of RFC 9112 that forgives nothing: neither bytes between responses nor a bare LF. */
    private static final class Responses {

        private final InputStream in;

        Responses(InputStream in) {
            this.in = new BufferedInputStream(in);
        }

        /** The next response, null when the connection ends where one could begin. */
        Response next() throws IOException {
            in.mark(1);
            if (in.read() < 0) {
                return null;
            }
            in.reset();
            String line = line();
            assertThat(line).matches("HTTP/1\\.1 \\d{3} [ -~]*");
            int length = 0;
            boolean chunked = false;
            for (String header = line(); !header.isEmpty(); header = line()) {
                assertThat(header).matches("[!-9;-~]+: [ -~]*");
                String lower = header.toLowerCase(Locale.ROOT);
                length = lower.startsWith("content-length: ") ? Integer.parseInt(lower.substring(16)) : length;
                chunked |= lower.equals("transfer-encoding: chunked");
            }
            StringBuilder body = new StringBuilder();
            try {
                if (chunked) {
                    readChunks(body);
                } else {
                    read(length, body);
                }
            } catch (EOFException cut) {
                return new Response(Integer.parseInt(line.substring(9, 12)), body.toString(), true);
            }
            return new Response(Integer.parseInt(line.substring(9, 12)), body.toString(), false);
        }

        private void readChunks(StringBuilder body) throws IOException {
            while (true) {
                String size = line();
                assertThat(size).matches("[0-9a-f]{1,8}");
                int length = Integer.parseInt(size, 16);
                read(length, body);
                assertThat(line()).isEmpty();
                if (length == 0) {
                    return;
                }
            }
        }

        private void read(int length, StringBuilder body) throws IOException {
            byte[] read = in.readNBytes(length);
            body.append(new String(read, ISO_8859_1));
            if (read.length < length) {
                throw new EOFException();
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); ; next = in.read()) {
                if (next < 0) {
                    throw new EOFException();
                }
                if (next == '\r') {
                    assertThat(in.read()).as("after a CR").isEqualTo('\n');
                    return line.toString();
                }
                assertThat(next).as("a bare LF").isNotEqualTo('\n');
                line.append((char) next);
            }
        }
    }
}
