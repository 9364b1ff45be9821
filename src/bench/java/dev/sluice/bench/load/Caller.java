package dev.sluice.bench.load;

import dev.sluice.bench.wire.MessageEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** One connection that asks and waits. What it does when it is free again is its {@link Rhythm}'s to say. */
// What becomes of a write or a connection, its channel tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Caller extends ChannelInboundHandlerAdapter {

    private final Request request;
    private final Tally tally;
    private final Rhythm rhythm;
    private final MessageEnd answer = new MessageEnd();
    private ChannelHandlerContext connection;
    private boolean waiting;
    private long due;
    private long sent;

    /** Decides when requests go. Called on the connection's event loop. */
    interface Rhythm {

        void free(Caller caller);

        /** The connection is gone, whether it was waiting or not. */
        void lost(Caller caller);
    }

    Caller(Request request, Tally tally, Rhythm rhythm) {
        this.request = request;
        this.tally = tally;
        this.rhythm = rhythm;
    }

    /** @param dueNanos when the request should have gone, from which its latency counts */
    void ask(long dueNanos) {
        waiting = true;
        tally.asked();
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
        rhythm.free(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            boolean begun = answer.bodyBegan();
            boolean whole = answer.take(in);
            if (!begun && answer.bodyBegan() && answer.isOk()) {
                tally.firstByte(System.nanoTime() - sent);
            }
            int events = answer.blankLines();
            if (events > 0) {
                tally.events(events);
            }
            if (whole) {
                answered();
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (waiting) {
            waiting = false;
            tally.ended();
            tally.failed("connection closed " + (answer.untouched() ? "before" : "within") + " the answer");
        }
        rhythm.lost(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void answered() {
        waiting = false;
        if (answer.isOk()) {
            tally.answered(System.nanoTime() - due);
        } else if (answer.isRefusal()) {
            tally.refused(answer.firstLine(), System.nanoTime() - due, answer.hasRetryAfter());
        } else {
            tally.failed(answer.firstLine());
        }
        tally.ended();
        answer.reset();
        rhythm.free(this);
    }
}
