package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.StreamReader;

/** Reads a relayed response of any content type. It is complete when the transport ends properly. */
public final class RelayReader implements StreamReader {

    private boolean began;
    private boolean complete;

    @Override
    public ByteSlice accept(ByteSlice chunk) {
        began |= !chunk.isEmpty();
        return chunk;
    }

    @Override
    public ByteSlice finish() {
        began = true;
        complete = true;
        return ByteSlice.EMPTY;
    }

    @Override
    public boolean began() {
        return began;
    }

    @Override
    public int events() {
        return began ? 1 : 0;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public GatewayError error() {
        return null;
    }

    @Override
    public Usage usage() {
        return Usage.UNKNOWN;
    }
}
