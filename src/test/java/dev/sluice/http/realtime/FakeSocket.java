package dev.sluice.http.realtime;

import dev.sluice.http.exchange.FakeHttp;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * A WebSocket without a connection. The test receives frames and closes as its peer would; frames, demand and close
 * frames that Sluice sends are recorded.
 */
final class FakeSocket {

    final ServerWebSocket socket =
            FakeHttp.fake(ServerWebSocket.class, (proxy, method, args) -> call(method.getName(), args));
    /** Sent to the peer. */
    final List<WebSocketFrame> written = new ArrayList<>();
    /** The close frame that Sluice sent, such as {@code 1000 done}; null for none. */
    String closeSent;
    /** Frames that Sluice has asked for. */
    long demand;
    /** True when any number of frames is read. */
    boolean resumed;

    boolean queueFull;
    /** True when the connection was gone before the relay set its handlers. */
    boolean gone;

    private final List<Promise<Void>> unwritten = new ArrayList<>();
    private Handler<WebSocketFrame> frameHandler;
    private Handler<Void> closeHandler;
    private Short closeCode;
    private String closeReason;
    private boolean closed;

    /** The peer sends a frame. */
    void receive(WebSocketFrame frame) {
        if (!frame.isPing()) {
            demand--;
        }
        frameHandler.handle(frame);
    }

    void receive(String text) {
        receive(WebSocketFrame.textFrame(text, true));
    }

    /** The peer sends a close frame, and closes. */
    void receiveClose(int code, String reason) {
        closeCode = (short) code;
        closeReason = reason;
        frameHandler.handle(
                FakeHttp.fake(WebSocketFrame.class, (proxy, method, args) -> "isClose".equals(method.getName())));
        closed = true;
        closeHandler.handle(null);
    }

    /** The connection ends without a close frame. */
    void cut() {
        closed = true;
        closeHandler.handle(null);
    }

    /** The peer has taken all frames. */
    void flush() {
        List<Promise<Void>> taken = List.copyOf(unwritten);
        unwritten.clear();
        taken.forEach(Promise::complete);
    }

    List<String> texts() {
        return written.stream()
                .filter(WebSocketFrame::isText)
                .map(WebSocketFrame::textData)
                .toList();
    }

    @SuppressWarnings("unchecked")
    private Object call(String method, Object[] args) {
        return switch (method) {
            case "pause", "exceptionHandler" -> socket;
            case "fetch" -> {
                demand += (Long) args[0];
                yield socket;
            }
            case "resume" -> {
                resumed = true;
                yield socket;
            }
            case "frameHandler" -> {
                if (gone) {
                    throw new IllegalStateException("WebSocket is closed");
                }
                frameHandler = (Handler<WebSocketFrame>) args[0];
                yield socket;
            }
            case "closeHandler" -> {
                closeHandler = (Handler<Void>) args[0];
                yield socket;
            }
            case "writeFrame" -> {
                written.add((WebSocketFrame) args[0]);
                Promise<Void> taken = Promise.promise();
                unwritten.add(taken);
                yield taken.future();
            }
            case "writeQueueFull" -> queueFull;
            case "isClosed" -> closed;
            case "closeStatusCode" -> closeCode;
            case "closeReason" -> closeReason;
            case "close" -> {
                if (closeSent == null) {
                    closeSent = args == null ? "" : args[0] + (args.length < 2 || args[1] == null ? "" : " " + args[1]);
                }
                yield Future.succeededFuture();
            }
            default -> throw new UnsupportedOperationException("socket." + method);
        };
    }
}
