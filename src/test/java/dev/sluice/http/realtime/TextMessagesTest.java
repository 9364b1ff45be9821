package dev.sluice.http.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.junit.jupiter.api.Test;

class TextMessagesTest {

    private final TextMessages messages = new TextMessages();

    @Test
    void wholeMessagesAreReadAtOnce() {
        assertThat(messages.completedBy(WebSocketFrame.textFrame("one", true))).isEqualTo("one");
        assertThat(messages.completedBy(WebSocketFrame.binaryFrame(Buffer.buffer("two"), true)))
                .isNull();
        assertThat(messages.completedBy(WebSocketFrame.textFrame("three", true)))
                .isEqualTo("three");
    }

    @Test
    void fragmentsAreJoinedBeforeTheyAreDecoded() {
        byte[] utf8 = "é".getBytes(java.nio.charset.StandardCharsets.UTF_8);

        assertThat(messages.completedBy(WebSocketFrame.textFrame("caf", false))).isNull();
        assertThat(messages.completedBy(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {utf8[0]}), false)))
                .isNull();
        assertThat(messages.completedBy(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {utf8[1]}), true)))
                .isEqualTo("café");
        assertThat(messages.completedBy(WebSocketFrame.textFrame("next", true))).isEqualTo("next");
    }

    @Test
    void fragmentsOfBinaryMessagesAreIgnored() {
        assertThat(messages.completedBy(WebSocketFrame.binaryFrame(Buffer.buffer("a"), false)))
                .isNull();
        assertThat(messages.completedBy(WebSocketFrame.continuationFrame(Buffer.buffer("b"), true)))
                .isNull();
    }

    @Test
    void aMessageThatIsTooLargeIsLeftOutAndTheNextOneIsRead() {
        Buffer half = Buffer.buffer("x".repeat(TextMessages.MAX_BYTES / 2 + 1));

        assertThat(messages.completedBy(WebSocketFrame.textFrame(half.toString(), false)))
                .isNull();
        assertThat(messages.completedBy(WebSocketFrame.continuationFrame(half, false)))
                .isNull();
        assertThat(messages.completedBy(WebSocketFrame.continuationFrame(Buffer.buffer("end"), true)))
                .isNull();
        assertThat(messages.completedBy(WebSocketFrame.textFrame("a", false))).isNull();
        assertThat(messages.completedBy(WebSocketFrame.continuationFrame(Buffer.buffer("b"), true)))
                .isEqualTo("ab");
    }
}
