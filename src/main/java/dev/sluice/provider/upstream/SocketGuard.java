package dev.sluice.provider.upstream;

import dev.sluice.stream.WriteProgress;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A channel handler that bounds what a provider that does not read makes Sluice keep for one WebSocket. Its pings are
 * ignored while bytes wait for it: Vert.x replies to each, however many pongs are queued (RFC 6455, 5.5.3, requires one
 * for the last ping only). The connection is closed by force when the bytes have not moved for too long, which a
 * graceful close would wait for.
 */
final class SocketGuard extends ChannelInboundHandlerAdapter {

    private static final long COARSEST_CHECK_MILLIS = 500;
    private static final long FINEST_CHECK_MILLIS = 20;

    private final LongSupplier limitMillis;
    private WriteProgress writes;
    private ScheduledFuture<?> checks;

    /** @param limitMillis how long bytes may wait without progress, read at each check */
    SocketGuard(LongSupplier limitMillis) {
        this.limitMillis = limitMillis;
    }

    /** Not a timer of the verticle, which ends before its connections do. */
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        writes = new WriteProgress(ctx.channel());
        long pause = Math.clamp(limitMillis.getAsLong() / 8, FINEST_CHECK_MILLIS, COARSEST_CHECK_MILLIS);
        checks = ctx.executor().scheduleWithFixedDelay(this::check, pause, pause, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof PingWebSocketFrame ping && !ctx.channel().isWritable()) {
            ping.release();
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        checks.cancel(false);
        ctx.fireChannelInactive();
    }

    private void check() {
        if (writes.stalled(System.nanoTime(), limitMillis.getAsLong() * 1_000_000)) {
            checks.cancel(false);
            writes.closeByForce();
        }
    }
}
