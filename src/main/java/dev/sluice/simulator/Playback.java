package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Piece;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;

/**
 * Sends one reply with its timing and its intended end, no faster than the client reads. Confined to the request's
 * context.
 */
final class Playback {

    /** Pieces written at once before other connections of the event loop are served. */
    private static final int BURST = 256;

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RequestLog log;
    private Future<Void> written = Future.succeededFuture();
    private long timer = NO_TIMER;
    private int sent;
    private boolean ended;

    Playback(Vertx vertx, HttpServerRequest request, RequestLog log) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.log = log;
    }

    void play(Reply reply) {
        response.closeHandler(closed -> abort());
        switch (reply) {
            case Reply.Http http -> after(http.delayMillis(), () -> open(http));
            case Reply.Mute mute -> end(mute.ending());
            case Reply.Garbage garbage -> {
                ended = true;
                RawConnection.garble(request.connection(), garbage.bytes());
            }
        }
    }

    private void open(Reply.Http http) {
        response.setStatusCode(http.status());
        http.headers().forEach(response::putHeader);
        run(http);
    }

    private void run(Reply.Http http) {
        Iterator<Piece> pieces = http.pieces();
        for (int burst = 0; !ended; burst++) {
            if (!pieces.hasNext()) {
                writeHead();
                end(http.ending());
                return;
            } else if (response.writeQueueFull()) {
                log.paused();
                response.drainHandler(drained -> {
                    response.drainHandler(null);
                    run(http);
                });
                return;
            } else if (burst == BURST) {
                vertx.runOnContext(next -> run(http));
                return;
            } else {
                Piece piece = pieces.next();
                long delay = http.pacing().delayMillis(piece.beat());
                if (delay > 0) {
                    writeHead();
                    after(delay, () -> {
                        write(piece, http);
                        run(http);
                    });
                    return;
                }
                write(piece, http);
            }
        }
    }

    private void write(Piece piece, Reply.Http http) {
        sent++;
        if (http.ending() == Reply.Ending.COMPLETE && !http.pieces().hasNext()) {
            ended = true;
            response.end(piece.bytes()).onFailure(closed -> log.aborted(request, sent));
        } else {
            written = response.write(piece.bytes());
        }
    }

    private void writeHead() {
        if (!response.headWritten()) {
            written = response.writeHead();
        }
    }

    private void end(Reply.Ending ending) {
        switch (ending) {
            case COMPLETE -> {
                ended = true;
                response.end();
            }
            case CLOSE -> {
                ended = true;
                written.onComplete(flushed -> request.connection().close());
            }
            case RESET -> {
                ended = true;
                written.onComplete(flushed -> RawConnection.reset(request.connection()));
            }
            case STALL -> log.stalled();
        }
    }

    private void after(long millis, Runnable step) {
        if (millis == 0) {
            step.run();
            return;
        }
        timer = vertx.setTimer(millis, fired -> {
            timer = NO_TIMER;
            step.run();
        });
    }

    private void abort() {
        if (ended) {
            return;
        }
        ended = true;
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
        log.aborted(request, sent);
    }
}
