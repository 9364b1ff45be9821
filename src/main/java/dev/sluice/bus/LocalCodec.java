package dev.sluice.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * The codec of {@link Bus}: passes the request object by reference. Requests never leave the process, so the wire
 * methods throw.
 */
final class LocalCodec implements MessageCodec<Bus.Request, Bus.Request> {

    static final String NAME = "sluice.local";

    @Override
    public Bus.Request transform(Bus.Request request) {
        return request;
    }

    @Override
    public void encodeToWire(Buffer buffer, Bus.Request request) {
        throw new UnsupportedOperationException("requests do not leave the process");
    }

    @Override
    public Bus.Request decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("requests do not leave the process");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
