package dev.sluice.http.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** How long the bytes queued for one connection have not moved, as seen at the sweeps of {@link ConnectionWatch}. */
final class WriteProgress {

    private final Channel channel;
    private long movedAt = System.nanoTime();
    /** The identity of the first queued message, not the message itself, which is recycled. */
    private int first;

    private long written;
    private long queued;

    WriteProgress(Channel channel) {
        this.channel = channel;
    }

    boolean stalled(long now, long limitNanos) {
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
}
