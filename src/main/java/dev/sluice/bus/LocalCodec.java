package dev.sluice.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands the object itself over. It never leaves the process: the wire methods refuse. */
final class LocalCodec implements MessageCodec<Bus.Question, Bus.Question> {

    static final String NAME = "sluice.local";

    @Override
    public Bus.Question transform(Bus.Question question) {
        return question;
    }

    @Override
    public void encodeToWire(Buffer buffer, Bus.Question question) {
        throw new UnsupportedOperationException("a question is answered in its own process");
    }

    @Override
    public Bus.Question decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("a question is answered in its own process");
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
