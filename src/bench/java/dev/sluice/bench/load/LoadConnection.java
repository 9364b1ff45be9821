package dev.sluice.bench.load;

import dev.sluice.bench.wire.MessageFramer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** One client connection: sends a request, reads its response, and asks its {@link Schedule} for the next request. */
// The channel's handlers report failed writes and closed connections.
@SuppressWarnings("FutureReturnValueIgnored")
final class LoadConnection extends ChannelInboundHandlerAdapter {

    private final Request request;
    private final LoadStats stats;
    private final Schedule schedule;
    private final MessageFramer response = new MessageFramer();
    private ChannelHandlerContext connection;
    private boolean waiting;
    private long due;
    private long sent;

    /** Decides when requests are sent. Called on the connection's event loop. */
    interface Schedule {

        void idle(LoadConnection connection);

        /** The connection was closed, with or without a request in flight. */
        void closed(LoadConnection connection);
    }

    LoadConnection(Request request, LoadStats stats, Schedule schedule) {
        this.request = request;
        this.stats = stats;
        this.schedule = schedule;
    }

    /** @param dueNanos when the request was due; its latency is measured from then */
    void send(long dueNanos) {
        waiting = true;
        stats.requestSent();
        due = dueNanos;
        sent = System.nanoTime();
        connection.writeAndFlush(request.bytes().retainedDuplicate(), connection.voidPromise());
    }

    void close() {
        connection.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection = context;
        schedule.idle(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            boolean started = response.bodyStarted();
            boolean complete = response.accept(in);
            if (!started && response.bodyStarted() && response.isOk()) {
                stats.firstByteReceived(System.nanoTime() - sent);
            }
            int events = response.blankLines();
            if (events > 0) {
                stats.eventsReceived(events);
            }
            if (complete) {
                responseComplete();
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (waiting) {
            waiting = false;
            stats.requestEnded();
            stats.failed("connection closed " + (response.isEmpty() ? "before" : "within") + " the response");
        }
        schedule.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void responseComplete() {
        waiting = false;
        if (response.isOk()) {
            stats.responseReceived(System.nanoTime() - due);
        } else if (response.isRejection()) {
            stats.rejected(response.firstLine(), System.nanoTime() - due, response.hasRetryAfter());
        } else {
            stats.failed(response.firstLine());
        }
        stats.requestEnded();
        response.reset();
        schedule.idle(this);
    }
}
