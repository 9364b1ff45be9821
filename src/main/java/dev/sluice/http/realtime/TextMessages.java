package dev.sluice.http.realtime;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;

/**
 * The text messages of one side of a WebSocket, from frames that are relayed as they arrive. Holds the fragments of one
 * message at most, and of that no more than an unfragmented message may have.
 */
final class TextMessages {

    /** The largest frame. Events of the Realtime API that report usage have some kilobytes. */
    static final int MAX_BYTES = 1024 * 1024;

    /** Null outside a fragmented text message, and in one that is too large. */
    private Buffer fragments;

    /** The text message that ends with this frame; null if none does, or if it is too large. */
    String completedBy(WebSocketFrame frame) {
        if (frame.isText() && frame.isFinal()) {
            return frame.textData();
        }
        if (frame.isText()) {
            fragments = Buffer.buffer(frame.binaryData().length());
        } else if (!frame.isContinuation() || fragments == null) {
            return null;
        }
        Buffer fragment = frame.binaryData();
        if (fragments.length() + fragment.length() > MAX_BYTES) {
            fragments = null;
            return null;
        }
        fragments.appendBuffer(fragment);
        if (!frame.isFinal()) {
            return null;
        }
        String message = fragments.toString();
        fragments = null;
        return message;
    }
}
