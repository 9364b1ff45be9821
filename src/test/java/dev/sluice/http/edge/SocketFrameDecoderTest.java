package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketFrameDecoderTest {

    private static final byte[] KEY = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final EmbeddedChannel channel = new EmbeddedChannel(new SocketFrameDecoder());

    @Test
    void everySplitGivesTheSameMessages() {
        byte[] bytes = Unpooled.copiedBuffer(
                        frame(0x01, "first half, "),
                        frame(0x89, "ping"),
                        frame(0x80, "second half"),
                        frame(0x81, ""),
                        frame(0x81, "x".repeat(200)),
                        frame(0x88, "\u0003\u00e8"))
                .array();
        for (int cut = 0; cut <= bytes.length; cut++) {
            EmbeddedChannel split = new EmbeddedChannel(new SocketFrameDecoder());
            split.writeInbound(Unpooled.copiedBuffer(bytes, 0, cut));
            split.writeInbound(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));

            assertThat(messages(split))
                    .as("cut at %d", cut)
                    .containsExactly("ping", "first half, second half", "", "x".repeat(200), "close");
        }
    }

    @Test
    void aFrameIsPassedOnBeforeItIsWhole() {
        byte[] large = frame(0x81, "y".repeat(70_000));

        channel.writeInbound(Unpooled.copiedBuffer(large, 0, 1_000));

        WebSocketFrame first = channel.readInbound();
        assertThat(first).isInstanceOf(TextWebSocketFrame.class);
        assertThat(first.isFinalFragment()).isFalse();
        assertThat(first.content().readableBytes()).isEqualTo(1_000 - 14);
        first.release();
        channel.writeInbound(Unpooled.copiedBuffer(large, 1_000, large.length - 1_000));
        WebSocketFrame rest = channel.readInbound();
        assertThat(rest).isInstanceOf(ContinuationWebSocketFrame.class);
        assertThat(rest.isFinalFragment()).isTrue();
        rest.release();
    }

    @ParameterizedTest
    @CsvSource({
        "reserved bits,        c1 80 00000000",
        "no mask,              81 00 00000000",
        "unknown data frame,   83 80 00000000",
        "unknown control,      8b 80 00000000",
        "fragmented ping,      09 80 00000000",
        "long ping,            89 fe 0080 00000000",
        "close with one byte,  88 81 00000000 00",
        "stray continuation,   80 80 00000000",
        "text in a message,    01 80 00000000 81 80 00000000",
        "negative length,      81 ff 8000000000000000 00000000",
    })
    void whatBreaksTheProtocolClosesTheConnection(String fault, String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes(hex)));

        CloseWebSocketFrame close = channel.readOutbound();
        assertThat(close.statusCode()).as(fault).isEqualTo(1002);
        close.release();
        assertThat(channel.isOpen()).isFalse();
        channel.releaseInbound();
    }

    private static List<String> messages(EmbeddedChannel from) {
        List<String> messages = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (WebSocketFrame frame = from.readInbound(); frame != null; frame = from.readInbound()) {
            String content = frame.content().toString(StandardCharsets.UTF_8);
            if (frame instanceof PingWebSocketFrame) {
                messages.add(content);
            } else if (frame instanceof CloseWebSocketFrame) {
                messages.add("close");
            } else {
                text.append(content);
                if (frame.isFinalFragment()) {
                    messages.add(text.toString());
                    text.setLength(0);
                }
            }
            frame.release();
        }
        return messages;
    }

    /** A masked frame of ASCII, or of the two bytes of a close code. */
    private static byte[] frame(int flags, String text) {
        byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf out = Unpooled.buffer().writeByte(flags);
        if (payload.length < 126) {
            out.writeByte(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            out.writeByte(0x80 | 126).writeShort(payload.length);
        } else {
            out.writeByte(0x80 | 127).writeLong(payload.length);
        }
        out.writeBytes(KEY);
        for (int i = 0; i < payload.length; i++) {
            out.writeByte(payload[i] ^ KEY[i & 3]);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String hex) {
        String digits = hex.replace(" ", "");
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits, 2 * i, 2 * i + 2, 16);
        }
        return bytes;
    }
}
