package dev.sluice.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.Test;

class HeapContentTest {

    @Test
    void contentIsCopiedAndReleased() {
        ByteBuf received = received("abc");

        HttpContent copy = (HttpContent) HeapContent.of(new DefaultHttpContent(received));

        assertThat(copy).isNotInstanceOf(LastHttpContent.class);
        assertThat(copy.content().isDirect()).isFalse();
        assertThat(copy.content().toString(UTF_8)).isEqualTo("abc");
        assertThat(received.refCnt()).isZero();
    }

    @Test
    void lastContentKeepsItsTrailers() {
        ByteBuf received = received("end");
        LastHttpContent last = new DefaultLastHttpContent(received);
        last.trailingHeaders().set("x-trailer", "odd");

        LastHttpContent copy = (LastHttpContent) HeapContent.of(last);

        assertThat(copy.trailingHeaders().get("x-trailer")).isEqualTo("odd");
        assertThat(copy.content().toString(UTF_8)).isEqualTo("end");
        assertThat(received.refCnt()).isZero();
    }

    @Test
    void messagesWithoutContentAreNotCopied() {
        assertThat(HeapContent.of(LastHttpContent.EMPTY_LAST_CONTENT)).isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(HeapContent.of("other")).isEqualTo("other");
    }

    private static ByteBuf received(String text) {
        ByteBuf bytes = new AdaptiveByteBufAllocator().directBuffer();
        bytes.writeCharSequence(text, UTF_8);
        return bytes;
    }
}
