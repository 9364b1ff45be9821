package dev.sluice.bench.upstream;

import dev.sluice.bench.wire.MessageFramer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One connection of the upstream, without pipelining. */
// The channel's handlers report failed writes and closed connections.
@SuppressWarnings("FutureReturnValueIgnored")
final class UpstreamHandler extends ChannelInboundHandlerAdapter {

    private static final int MODE = "POST /".length();
    private static final Map<EventLoop, UnpacedStreams> UNPACED = new ConcurrentHashMap<>();
    private static final Map<EventLoop, PacedStreams> PACED = new ConcurrentHashMap<>();
    private static final Map<EventLoop, PacedStreams> SLOW = new ConcurrentHashMap<>();

    private static final Map<EventLoop, SharedCapacity> SATURATED = new ConcurrentHashMap<>();

    private final MessageFramer request = new MessageFramer();

    @Override
    public void channelRead(ChannelHandlerContext client, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (request.accept(in)) {
                Mode mode = Mode.of(request.head(MODE));
                request.reset();
                respond(client, mode);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
        client.close();
    }

    private static void respond(ChannelHandlerContext client, Mode mode) {
        EventLoop loop = client.channel().eventLoop();
        switch (mode) {
            case WHOLE -> client.writeAndFlush(PreparedResponses.whole(), client.voidPromise());
            case BULK -> new ResponseStream(client).sendRemaining();
            case STREAM -> UNPACED.computeIfAbsent(loop, UnpacedStreams::new).add(new ResponseStream(client));
            case PACED ->
                PACED.computeIfAbsent(loop, own -> new PacedStreams(own, Mode.GAP_MILLIS))
                        .add(new ResponseStream(client));
            case SLOW ->
                SLOW.computeIfAbsent(loop, own -> new PacedStreams(own, Mode.SLOW_GAP_MILLIS))
                        .add(new ResponseStream(client));
            case SATURATED ->
                SATURATED.computeIfAbsent(loop, SharedCapacity::new).add(new ResponseStream(client));
        }
    }
}
