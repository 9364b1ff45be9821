package dev.sluice.http.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamVisitor;
import java.util.ArrayList;
import java.util.List;

/**
 * The streams of one HTTP/2 connection whose client opens no window for a response that has begun. What waits for it is
 * not in the channel but in Vert.x, so {@link WriteProgress} does not see it. A stalled stream is reset, because the
 * client may be a proxy whose other streams are well.
 */
// The futures of resets need no listener: a failure closes the connection.
@SuppressWarnings("FutureReturnValueIgnored")
final class StreamStalls extends Http2FrameListenerDecorator implements Http2StreamVisitor {

    private final Http2ConnectionHandler http2;
    private final ChannelHandlerContext context;
    private final Http2Connection streams;
    private final Http2RemoteFlowController windows;
    /** When a stream, or the connection, was first seen without a window. Only set on those. */
    private final Http2Connection.PropertyKey blockedSince;

    private final List<Http2Stream> stalled = new ArrayList<>(0);
    private long now;
    private long limitNanos;
    private boolean responses;

    StreamStalls(Http2ConnectionHandler http2, ChannelHandlerContext context) {
        super(http2.decoder().frameListener());
        this.http2 = http2;
        this.context = context;
        this.streams = http2.connection();
        this.windows = http2.encoder().flowController();
        this.blockedSince = streams.newKey();
        http2.decoder().frameListener(this);
    }

    /** At sweeps, a steady slow reader may look blocked each time. Its window updates tell. */
    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) throws Http2Exception {
        Http2Stream stream = streams.stream(streamId);
        if (stream != null) {
            stream.removeProperty(blockedSince);
        }
        super.onWindowUpdateRead(ctx, streamId, increment);
    }

    /** @return whether the whole connection has had no window for longer than the limit */
    boolean check(long now, long limitNanos) {
        if (streams.numActiveStreams() == 0) {
            return false;
        }
        this.now = now;
        this.limitNanos = limitNanos;
        responses = false;
        try {
            streams.forEachActiveStream(this);
        } catch (Http2Exception failure) {
            return true;
        }
        if (!stalled.isEmpty()) {
            stalled.forEach(
                    stream -> http2.resetStream(context, stream.id(), Http2Error.CANCEL.code(), context.newPromise()));
            stalled.clear();
            context.flush();
        }
        return stalledNow(streams.connectionStream(), responses);
    }

    @Override
    public boolean visit(Http2Stream stream) {
        boolean responding = stream.isHeadersSent() && stream.state().localSideOpen();
        responses |= responding;
        if (stalledNow(stream, responding)) {
            stalled.add(stream);
        }
        return true;
    }

    private boolean stalledNow(Http2Stream stream, boolean responding) {
        Long since = stream.getProperty(blockedSince);
        if (!responding || windows.windowSize(stream) > 0) {
            if (since != null) {
                stream.removeProperty(blockedSince);
            }
            return false;
        }
        if (since == null) {
            stream.setProperty(blockedSince, now);
            return false;
        }
        return now - since > limitNanos;
    }
}
