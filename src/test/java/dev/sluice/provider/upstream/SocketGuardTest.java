package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import org.junit.jupiter.api.Test;

class SocketGuardTest {

    @Test
    void pingsAreIgnoredWhileBytesWaitForTheProvider() {
        EmbeddedChannel channel = new EmbeddedChannel(new SocketGuard(() -> 1_000));
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(8, 16));
        PingWebSocketFrame first = new PingWebSocketFrame(Unpooled.buffer());
        assertThat(channel.writeInbound(first)).isTrue();

        assertThat(channel.write(Unpooled.buffer().writeZero(64)).isDone()).isFalse();
        assertThat(channel.isWritable()).isFalse();
        PingWebSocketFrame ignored = new PingWebSocketFrame(Unpooled.buffer());
        channel.writeInbound(ignored);
        assertThat(ignored.refCnt()).isZero();
        TextWebSocketFrame text = new TextWebSocketFrame("text");
        channel.writeInbound(text);

        channel.flushOutbound();
        PingWebSocketFrame last = new PingWebSocketFrame(Unpooled.buffer());
        channel.writeInbound(last);
        assertThat(channel.inboundMessages()).containsExactly(first, text, last);
        channel.finishAndReleaseAll();
    }
}
