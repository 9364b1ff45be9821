package dev.sluice.stream;

import dev.sluice.model.ByteSlice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.List;

/** Converts between Vert.x buffers and {@link ByteSlice}. Copies nothing where the bytes are on the heap. */
public final class Buffers {

    private Buffers() {}

    public static ByteSlice slice(Buffer buffer) {
        ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
        if (bytes.hasArray()) {
            return new ByteSlice(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
        }
        return ByteSlice.of(buffer.getBytes());
    }

    public static Buffer buffer(ByteSlice slice) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(slice.array(), slice.offset(), slice.length()));
    }

    /** The parts in order as one buffer. */
    public static Buffer buffer(List<ByteSlice> parts) {
        if (parts.size() == 1) {
            return buffer(parts.get(0));
        }
        ByteBuf[] bytes = new ByteBuf[parts.size()];
        for (int i = 0; i < bytes.length; i++) {
            ByteSlice part = parts.get(i);
            bytes[i] = Unpooled.wrappedBuffer(part.array(), part.offset(), part.length());
        }
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.length, bytes));
    }
}
