package dev.sluice.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A simulator's log of requests and connections. It always counts; it keeps requests, and with them prompts, only when
 * recording. Thread-safe.
 */
public final class RequestLog {

    /** The most requests, and the most aborts, that are kept. */
    public static final int KEPT = 4096;

    /** The most bytes of bodies that are kept; older requests are dropped. */
    public static final long KEPT_BYTES = 64L << 20;

    private final boolean recording;
    private final ConcurrentLinkedDeque<Request> requests = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<Abort> aborts = new ConcurrentLinkedDeque<>();
    private final AtomicLong keptRequests = new AtomicLong();
    private final AtomicLong keptBytes = new AtomicLong();
    private final LongAdder requestCount = new LongAdder();
    private final LongAdder abortCount = new LongAdder();
    private final LongAdder pauseCount = new LongAdder();
    private final LongAdder stallCount = new LongAdder();
    private final LongAdder openConnections = new LongAdder();

    RequestLog(boolean recording) {
        this.recording = recording;
    }

    /** A received request. Header names are in lower case; the values of a repeated header are joined by comma. */
    public record Request(String method, String path, Map<String, String> headers, Buffer body, Instant at) {}

    /**
     * A client that closed before its response was complete.
     *
     * @param requestId the request's {@code x-request-id}, or null
     * @param piecesSent the number of writes before
     */
    public record Abort(String path, String requestId, int piecesSent, Instant at) {}

    /** The newest requests, oldest first; empty unless recording. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The newest aborts, oldest first. */
    public List<Abort> aborts() {
        return List.copyOf(aborts);
    }

    public long requestCount() {
        return requestCount.sum();
    }

    public long abortCount() {
        return abortCount.sum();
    }

    /** How often a response waited for a slow reader. */
    public long pauseCount() {
        return pauseCount.sum();
    }

    /** How many responses were stalled on purpose. */
    public long stallCount() {
        return stallCount.sum();
    }

    public long openConnections() {
        return openConnections.sum();
    }

    /** Clears everything except the open connections. */
    public void reset() {
        requests.clear();
        aborts.clear();
        keptRequests.set(0);
        keptBytes.set(0);
        requestCount.reset();
        abortCount.reset();
        pauseCount.reset();
        stallCount.reset();
    }

    void requested(HttpServerRequest request, Buffer body) {
        requestCount.increment();
        if (!recording) {
            return;
        }
        Map<String, String> headers = new TreeMap<>();
        request.headers()
                .forEach((name, value) -> headers.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b));
        requests.addLast(new Request(request.method().name(), request.path(), headers, body, Instant.now()));
        keptRequests.incrementAndGet();
        keptBytes.addAndGet(body.length());
        while (keptRequests.get() > KEPT || keptBytes.get() > KEPT_BYTES) {
            Request oldest = requests.pollFirst();
            if (oldest == null) {
                return;
            }
            keptRequests.decrementAndGet();
            keptBytes.addAndGet(-oldest.body().length());
        }
    }

    void aborted(HttpServerRequest request, int piecesSent) {
        abortCount.increment();
        aborts.addLast(new Abort(request.path(), request.getHeader("x-request-id"), piecesSent, Instant.now()));
        if (aborts.size() > KEPT) {
            aborts.pollFirst();
        }
    }

    void paused() {
        pauseCount.increment();
    }

    void stalled() {
        stallCount.increment();
    }

    void connected() {
        openConnections.increment();
    }

    void disconnected() {
        openConnections.decrement();
    }
}
