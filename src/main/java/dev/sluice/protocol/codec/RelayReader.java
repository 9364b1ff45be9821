package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.StreamReader;

/** Reads a relayed response of any content type. It is complete when the transport ends properly. */
public final class RelayReader implements StreamReader {

    private boolean started;
    private boolean complete;

    @Override
    public ByteSlice accept(ByteSlice chunk) {
        started |= !chunk.isEmpty();
        return chunk;
    }

    @Override
    public ByteSlice finish() {
        started = true;
        complete = true;
        return ByteSlice.EMPTY;
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public int events() {
        return started ? 1 : 0;
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
