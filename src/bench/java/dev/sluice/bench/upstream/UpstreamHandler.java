package dev.sluice.bench.upstream;

import dev.sluice.bench.wire.MessageEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One connection: a request, its answer, the next request. */
// What becomes of a write or a connection, its channel tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class UpstreamHandler extends ChannelInboundHandlerAdapter {

    private static final int MODE = "POST /".length();
    private static final Map<EventLoop, FullSpeed> FULL_SPEED = new ConcurrentHashMap<>();
    private static final Map<EventLoop, Pace> PACE = new ConcurrentHashMap<>();
    private static final Map<EventLoop, Pace> SLOW_PACE = new ConcurrentHashMap<>();

    private static final Map<EventLoop, Crowd> CROWDS = new ConcurrentHashMap<>();

    private final MessageEnd request = new MessageEnd();

    @Override
    public void channelRead(ChannelHandlerContext client, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (request.take(in)) {
                Mode mode = Mode.of(request.head(MODE));
                request.reset();
                answer(client, mode);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
        client.close();
    }

    private static void answer(ChannelHandlerContext client, Mode mode) {
        EventLoop loop = client.channel().eventLoop();
        switch (mode) {
            case WHOLE -> client.writeAndFlush(Answers.whole(), client.voidPromise());
            case BULK -> new Playing(client).all();
            case STREAM -> FULL_SPEED.computeIfAbsent(loop, FullSpeed::new).play(new Playing(client));
            case PACED ->
                PACE.computeIfAbsent(loop, own -> new Pace(own, Mode.GAP_MILLIS))
                        .play(new Playing(client));
            case SLOW ->
                SLOW_PACE
                        .computeIfAbsent(loop, own -> new Pace(own, Mode.SLOW_GAP_MILLIS))
                        .play(new Playing(client));
            case CROWDED -> CROWDS.computeIfAbsent(loop, Crowd::new).play(new Playing(client));
        }
    }
}
