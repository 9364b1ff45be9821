package dev.sluice.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * How long the bytes queued for one connection have not moved, as seen at regular checks. Confined to the event loop of
 * the connection.
 */
public final class WriteProgress {

    private final Channel channel;
    private long movedAt = System.nanoTime();
    /** The identity of the first queued message, not the message itself, which is recycled. */
    private int first;

    private long written;
    private long queued;

    public WriteProgress(Channel channel) {
        this.channel = channel;
    }

    /**
     * Whether bytes have waited without progress for longer than a limit.
     *
     * @param now of {@link System#nanoTime}
     */
    public boolean stalled(long now, long limitNanos) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        Object message = buffer == null ? null : buffer.current();
        if (message == null) {
            movedAt = now;
            first = 0;
            return false;
        }
        int identity = System.identityHashCode(message);
        long progress = buffer.currentProgress();
        long pending = buffer.totalPendingWriteBytes();
        if (identity != first || progress != written || pending < queued) {
            movedAt = now;
        }
        first = identity;
        written = progress;
        queued = pending;
        return now - movedAt > limitNanos;
    }

    /** Closes the connection by force: a graceful close would wait until the queued bytes are written. */
    @SuppressWarnings("FutureReturnValueIgnored") // the owner of the connection waits for its end
    public void closeByForce() {
        // A reset, else the kernel would go on offering what it has queued.
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        // From the head of the pipeline, past the graceful close of Vert.x.
        channel.pipeline().firstContext().close();
    }
}
