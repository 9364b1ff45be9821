package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Folded headers are found at every cut of the network; bodies that look like folds pass. */
class StrictHttpDecoderTest {

    /** Pretty-printed JSON: lines that begin with blanks; and one body that is itself a folded head. */
    private static final List<String> BODIES = List.of(
            "{\r\n  \"model\": \"m\",\r\n\t\"messages\": [\r\n    1\n  ]\n}\n",
            "\n \n\t\r\n x",
            " ",
            "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n");

    @Property(tries = 400)
    @Label("two pipelined requests, cut anywhere, come out whole")
    void pipelinedBodiesNeverTrip(
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 400) Integer> cuts,
            @ForAll @IntRange(min = 0, max = 3) int first,
            @ForAll @IntRange(min = 0, max = 3) int second,
            @ForAll boolean chunked) {
        String wire = request(BODIES.get(first), chunked) + request(BODIES.get(second), !chunked);

        Decoded decoded = decode(wire, cuts);

        assertThat(decoded.failures).isEmpty();
        assertThat(decoded.bodies).containsExactly(BODIES.get(first), BODIES.get(second));
    }

    @Property(tries = 400)
    @Label("a folded head is refused, cut anywhere, and nothing after it is decoded")
    void foldsNeverPass(
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 400) Integer> cuts,
            @ForAll @IntRange(min = 0, max = 3) int before,
            @ForAll boolean tab) {
        String folded =
                "POST /a HTTP/1.1\r\nHost: a\r\nX: b\r\n" + (tab ? '\t' : ' ') + "c\r\nContent-Length: 2\r\n\r\nhi";
        String wire = request(BODIES.get(before), false) + folded + request("never", false);

        Decoded decoded = decode(wire, cuts);

        assertThat(decoded.failures).hasSize(1);
        assertThat(decoded.requests).isEqualTo(2);
        assertThat(decoded.bodies.get(0)).isEqualTo(BODIES.get(before));
        assertThat(String.join("", decoded.bodies)).doesNotContain("never");
    }

    @Property
    @Label("only Content-Length frames a body, and no name that differs from it in one letter")
    void similarNamesFrameNoBody(
            @ForAll @AlphaChars char letter, @ForAll @IntRange(min = 0, max = 13) int at, @ForAll boolean lowerCase) {
        StringBuilder name = new StringBuilder(lowerCase ? "content-length" : "Content-Length");
        name.setCharAt(at, letter);
        boolean frames = name.toString().equalsIgnoreCase("content-length");
        String next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

        Decoded decoded =
                decode("POST /a HTTP/1.1\r\nHost: a\r\n" + name + ": " + next.length() + "\r\n\r\n" + next, List.of());

        assertThat(decoded.failures).isEmpty();
        assertThat(decoded.requests).as("requests after %s", name).isEqualTo(frames ? 1 : 2);
    }

    private static String request(String body, boolean chunked) {
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        return chunked
                ? head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                        + "\r\n0\r\n\r\n"
                : head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static final class Decoded {
        int requests;
        final List<String> bodies = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
    }

    private static Decoded decode(String wire, List<Integer> cuts) {
        EmbeddedChannel channel = new EmbeddedChannel(new StrictHttpDecoder(new HttpServerOptions()));
        ByteBuf bytes = Unpooled.copiedBuffer(wire, StandardCharsets.ISO_8859_1);
        List<Integer> ends = new ArrayList<>(
                cuts.stream().filter(cut -> cut < wire.length()).sorted().toList());
        ends.add(wire.length());
        for (int end : ends) {
            channel.writeInbound(bytes.readRetainedSlice(end - bytes.readerIndex()));
        }
        Decoded decoded = new Decoded();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpRequest request) {
                decoded.requests++;
                decoded.bodies.add("");
                if (request.decoderResult().isFailure()) {
                    decoded.failures.add(request.decoderResult().cause());
                }
            }
            if (message instanceof HttpContent content) {
                int last = decoded.bodies.size() - 1;
                decoded.bodies.set(
                        last, decoded.bodies.get(last) + content.content().toString(StandardCharsets.ISO_8859_1));
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        bytes.release();
        return decoded;
    }
}
