package dev.sluice.stream;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;

/**
 * The content of HTTP/1 messages in buffers that need no release. Vert.x copies content to the heap when it is read,
 * but never releases what waits in a paused connection that closes. With the copy made before that, Vert.x makes none.
 */
public final class HeapContent {

    private HeapContent() {}

    /** The message, or its copy if it has content. */
    public static Object of(Object message) {
        if (message instanceof HttpContent chunk && chunk.content().isReadable()) {
            HttpContent copy = chunk.replace(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(chunk.content())));
            chunk.release();
            return copy;
        }
        return message;
    }
}
