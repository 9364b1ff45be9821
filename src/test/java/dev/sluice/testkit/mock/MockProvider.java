package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stand-in for a provider on an ephemeral loopback port: routing, recorded requests and error responses. Subclasses
 * define the wire format.
 */
public abstract class MockProvider implements AutoCloseable {

    private static final Pattern PARAM = Pattern.compile("\\{(\\w+)}");

    private final List<Route> routes = new ArrayList<>();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<String> firedOnce = ConcurrentHashMap.newKeySet();
    private final AtomicInteger disconnects = new AtomicInteger();
    private final AtomicInteger ownCloses = new AtomicInteger();
    private final Vertx vertx;
    private final boolean ownsVertx;
    private final String root;
    private final String key;
    private volatile WriteSize slicing = WriteSize.BY_FRAME;
    private final AtomicInteger forcedTimes = new AtomicInteger();
    private volatile MockFault forced;
    private volatile boolean ignoresFaultsInTexts;
    private volatile long delayMillis;
    private HttpServer server;

    private record Route(
            String method, Pattern path, List<String> names, boolean open, Consumer<MockExchange> handler) {}

    /**
     * @param vertx closed by the caller; null creates one that {@link #close} closes
     * @param root path of the provider's base URL
     */
    MockProvider(Vertx vertx, String root, String key) {
        this.vertx = vertx == null ? Vertx.vertx() : vertx;
        this.ownsVertx = vertx == null;
        this.root = root;
        this.key = key;
    }

    static <M extends MockProvider> M started(M mock) {
        MockProvider base = mock;
        base.server = base.vertx
                .createHttpServer()
                .requestHandler(base::serve)
                .webSocketHandler(base::socket)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return mock;
    }

    /** The base URL for the provider's configuration: with the documented path, without a trailing slash. */
    public String baseUrl() {
        return origin() + root;
    }

    public String origin() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** The only accepted API key. */
    public String key() {
        return key;
    }

    /** All requests in order, rejected ones included. */
    public List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /** The latest request; fails if there is none. */
    public RecordedRequest last() {
        return requests.get(requests.size() - 1);
    }

    /** How many clients disconnected before the response was complete. */
    public int disconnects() {
        return disconnects.get();
    }

    /** Sets how the bytes of streams are grouped into writes. */
    public void writeBy(WriteSize how) {
        slicing = how;
    }

    /**
     * Fails the next valid requests, regardless of their texts.
     *
     * @param fault a name as in {@code fault: NAME}
     */
    public void failNext(int times, String fault) {
        forced = MockFault.in("fault: " + fault).orElseThrow(() -> new IllegalArgumentException(fault));
        forcedTimes.set(times);
    }

    /** Fails all requests until {@link #stopFailing()}. */
    public void failAll(String fault) {
        failNext(Integer.MAX_VALUE, fault);
    }

    /** Ends {@link #failNext} and {@link #failAll}. */
    public void stopFailing() {
        forcedTimes.set(0);
    }

    /** Ignores {@code fault: NAME} in texts, for tests in which another provider is to fail. */
    public void ignoreFaultsInTexts() {
        ignoresFaultsInTexts = true;
    }

    /** Delays the handling of each request; no delay by default. */
    public void respondAfter(Duration delay) {
        delayMillis = delay.toMillis();
    }

    /** Clears the recorded requests and all settings. */
    public void reset() {
        stopFailing();
        ignoresFaultsInTexts = false;
        delayMillis = 0;
        requests.clear();
        firedOnce.clear();
        disconnects.set(0);
        slicing = WriteSize.BY_FRAME;
    }

    @Override
    public void close() {
        var closing = ownsVertx ? vertx.close() : server.close();
        closing.toCompletionStage().toCompletableFuture().join();
    }

    /** Throws unless the request has the key in this provider's header. */
    abstract void authorise(MockExchange exchange);

    /** The provider's error for this fault. */
    abstract MockError fault(MockFault.Kind kind);

    /** The error in the provider's envelope. */
    abstract JsonObject envelope(MockError failure);

    /** The provider's error for a body that cannot be read. */
    MockError unreadable(String why) {
        return new MockError(400, "invalid_request_error", null, null, why);
    }

    MockError notFound(RecordedRequest recorded) {
        String message = "Invalid URL (" + recorded.method() + " " + recorded.path() + ")";
        return new MockError(404, "invalid_request_error", null, null, message);
    }

    /** Adds the headers that every response has. */
    void decorate(HttpServerResponse response) {}

    /** The error body that is sent with status 200. */
    JsonObject errorIn200() {
        return envelope(fault(MockFault.Kind.SERVER_ERROR));
    }

    /** @return whether the socket is accepted */
    boolean socketOpened(ServerWebSocket socket) {
        return false;
    }

    /** @param path with {@code {name}} for a path parameter */
    final void route(String method, String path, Consumer<MockExchange> handler) {
        routes.add(compiled(method, path, false, handler));
    }

    /** Adds a route that needs no key. */
    final void openRoute(String method, String path, Consumer<MockExchange> handler) {
        routes.add(compiled(method, path, true, handler));
    }

    final WriteSize slicing() {
        return slicing;
    }

    /** The fault to apply to a request with this text. */
    final Optional<MockFault> faultFor(String text) {
        if (forcedTimes.getAndUpdate(times -> Math.max(0, times - 1)) > 0) {
            return Optional.of(forced);
        }
        return ignoresFaultsInTexts ? Optional.empty() : MockFault.in(text).filter(this::mayFire);
    }

    private boolean mayFire(MockFault fault) {
        return !fault.once() || firedOnce.add(fault.kind() + "-" + fault.status());
    }

    final void clientClosed() {
        if (ownCloses.get() > 0) {
            ownCloses.decrementAndGet();
        } else {
            disconnects.incrementAndGet();
        }
    }

    /** The next close is by the mock, not by the client. */
    final void willClose() {
        ownCloses.incrementAndGet();
    }

    private void serve(HttpServerRequest request) {
        boolean form = String.valueOf(request.getHeader("content-type")).startsWith("multipart/form-data");
        if (!form) {
            request.body().onSuccess(body -> handleAfterDelay(request, seen(request, body, Map.of())));
            return;
        }
        Map<String, Buffer> files = new LinkedHashMap<>();
        request.setExpectMultipart(true).uploadHandler(upload -> {
            Buffer content = Buffer.buffer();
            files.put(files.containsKey(upload.name()) ? upload.name() + "#" + files.size() : upload.name(), content);
            upload.handler(content::appendBuffer);
        });
        request.endHandler(end -> handleAfterDelay(request, seen(request, Buffer.buffer(), files)));
    }

    private void handleAfterDelay(HttpServerRequest request, RecordedRequest recorded) {
        requests.add(recorded);
        if (delayMillis > 0) {
            vertx.setTimer(delayMillis, passed -> handle(request, recorded));
        } else {
            handle(request, recorded);
        }
    }

    private void handle(HttpServerRequest request, RecordedRequest recorded) {
        MockExchange exchange = new MockExchange(this, request, recorded, Map.of());
        try {
            dispatch(request, recorded);
        } catch (MockError failure) {
            HttpServerResponse response = exchange.head(failure.status, "application/json");
            failure.headers.forEach(response::putHeader);
            response.end((failure.body != null ? failure.body : envelope(failure)).toBuffer());
        } catch (MockExchange.OutOfBand fault) {
            exchange.failOutOfBand(fault.kind);
        } catch (RuntimeException e) {
            request.response().setStatusCode(500).end("the stand-in itself failed: " + e);
        }
    }

    private void dispatch(HttpServerRequest request, RecordedRequest recorded) {
        boolean pathKnown = false;
        for (Route route : routes) {
            Matcher path = route.path().matcher(recorded.path());
            if (path.matches()) {
                pathKnown = true;
                if (route.method().equals(recorded.method())) {
                    Map<String, String> params = new LinkedHashMap<>();
                    for (int i = 0; i < route.names().size(); i++) {
                        params.put(route.names().get(i), URLDecoder.decode(path.group(i + 1), StandardCharsets.UTF_8));
                    }
                    MockExchange exchange = new MockExchange(this, request, recorded, params);
                    if (!route.open()) {
                        authorise(exchange);
                    }
                    route.handler().accept(exchange);
                    return;
                }
            }
        }
        if (pathKnown) {
            throw new MockError(
                    405, "invalid_request_error", "method_not_supported", null, "Not allowed to " + recorded);
        }
        throw notFound(recorded);
    }

    private void socket(ServerWebSocket socket) {
        requests.add(new RecordedRequest(
                "GET",
                socket.path(),
                String.valueOf(socket.query()),
                socket.headers(),
                Buffer.buffer(),
                null,
                Map.of()));
        if (!socketOpened(socket)) {
            socket.close((short) 1008, "no socket here");
        }
    }

    private static RecordedRequest seen(HttpServerRequest request, Buffer body, Map<String, Buffer> files) {
        String query = request.query() == null ? "" : request.query();
        return new RecordedRequest(
                request.method().name(),
                request.path(),
                query,
                request.headers(),
                body,
                request.formAttributes(),
                files);
    }

    private static Route compiled(String method, String path, boolean open, Consumer<MockExchange> handler) {
        List<String> names = new ArrayList<>();
        Matcher param = PARAM.matcher(path);
        StringBuilder regex = new StringBuilder();
        int from = 0;
        while (param.find()) {
            regex.append(Pattern.quote(path.substring(from, param.start()))).append("([^/]+?)");
            names.add(param.group(1));
            from = param.end();
        }
        regex.append(Pattern.quote(path.substring(from)));
        return new Route(method, Pattern.compile(regex.toString()), names, open, handler);
    }
}
