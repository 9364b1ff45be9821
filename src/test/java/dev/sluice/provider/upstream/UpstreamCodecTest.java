package dev.sluice.provider.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Informational responses over HTTP/2, and who owns the bytes of HTTP/1. The rest is tested through a running gateway.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the client sees what became of a write
class UpstreamCodecTest {

    private static final ConnectionReuse REUSE = new ConnectionReuse("up", System::nanoTime);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        RunningSluice.await(vertx.close());
        loops.shutdownGracefully();
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "102", "103", "104", "199"})
    void informationalHeadersAreSkippedOverHttp2(String status) throws InterruptedException {
        HttpClient client = client(server(status));

        for (int i = 0; i < 2; i++) {
            HttpClientResponse response = RunningSluice.await(client.request(HttpMethod.GET, "/" + i)
                    // Nested, so that the body is asked for before it can be received.
                    .compose(request ->
                            request.send().compose(head -> head.body().map(head))));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.getHeader("x-final")).isEqualTo("yes");
            assertThat(RunningSluice.await(response.body()).toString()).isEqualTo("body of /" + i);
            assertThat(response.getTrailer("x-trailer")).isEqualTo("end");
        }
    }

    @Test
    void withoutTheCodecVertxTakesAnUnknownInformationalStatusForTheFinalOne() throws InterruptedException {
        HttpClient client = vertx.createHttpClient(http2(server("102")));

        HttpClientResponse response =
                RunningSluice.await(client.request(HttpMethod.GET, "/").compose(HttpClientRequest::send));

        assertThat(response.statusCode())
                .as("200 here means that Vert.x was mended, and FinalHeaders can go")
                .isEqualTo(102);
        RunningSluice.await(client.close());
    }

    /** A paused connection that closes drops what it has not read, unreleased. */
    @Test
    void contentIsPassedOnInBuffersThatNeedNoRelease() {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpClientCodec());
        UpstreamCodec.install(channel.pipeline(), 8192, 8192, REUSE, 0, () -> {});
        channel.writeOutbound(new DefaultFullHttpRequest(
                io.netty.handler.codec.http.HttpVersion.HTTP_1_1, io.netty.handler.codec.http.HttpMethod.GET, "/"));
        ByteBuf received = new AdaptiveByteBufAllocator().directBuffer();
        received.writeCharSequence("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabc", UTF_8);
        ByteBuf rest = new AdaptiveByteBufAllocator().directBuffer();
        rest.writeCharSequence("def", UTF_8);

        channel.writeInbound(received, rest);

        assertThat(channel.<Object>readInbound()).isInstanceOf(HttpResponse.class);
        assertThat(content(channel, HttpContent.class)).isEqualTo("abc");
        assertThat(content(channel, LastHttpContent.class)).isEqualTo("def");
        assertThat(received.refCnt()).isZero();
        assertThat(rest.refCnt()).isZero();
        channel.releaseOutbound();
        channel.close();
    }

    private static String content(EmbeddedChannel channel, Class<? extends HttpContent> type) {
        HttpContent chunk = channel.readInbound();
        assertThat(chunk).isInstanceOf(type);
        assertThat(chunk.content().isDirect()).isFalse();
        return chunk.content().toString(UTF_8);
    }

    private HttpClient client(int port) {
        return vertx.httpClientBuilder()
                .with(http2(port))
                .withConnectHandler(connection -> UpstreamCodec.install(
                        ((ConnectionBase) connection).channel().pipeline(), 8192, 8192, REUSE, 0, () -> {}))
                .build();
    }

    private static HttpClientOptions http2(int port) {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(port);
    }

    /** Sends headers of that status before each response. */
    private int server(String status) throws InterruptedException {
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer().build(), new Responder(status));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private static final class Responder extends ChannelInboundHandlerAdapter {

        private final String status;

        Responder(String status) {
            this.status = status;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame request) {
                Http2FrameStream stream = request.stream();
                String body = "body of " + request.headers().path();
                ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(status)).stream(stream));
                ctx.write(new DefaultHttp2HeadersFrame(
                                new DefaultHttp2Headers().status("200").add("x-final", "yes"))
                        .stream(stream));
                ctx.write(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(body, UTF_8)).stream(stream));
                ctx.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("x-trailer", "end"), true)
                        .stream(stream));
            }
        }
    }
}
