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
 * A stand-in on an ephemeral port of the loopback: routes, the record of what came, and the way an error gets out. What
 * is asked and answered is its subclasses'.
 */
public abstract class MockProvider implements AutoCloseable {

    private static final Pattern PARAM = Pattern.compile("\\{(\\w+)}");

    private final List<Route> routes = new ArrayList<>();
    private final List<Seen> requests = new CopyOnWriteArrayList<>();
    private final Set<String> pastOnce = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hangUps = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final Vertx vertx;
    private final boolean ownsVertx;
    private final String root;
    private final String key;
    private volatile Slicing slicing = Slicing.BY_FRAME;
    private final AtomicInteger forcedTimes = new AtomicInteger();
    private volatile Fault forced;
    private volatile boolean deaf;
    private volatile long delayMillis;
    private HttpServer server;

    private record Route(String method, Pattern path, List<String> names, boolean open, Consumer<Exchange> handler) {}

    /**
     * @param vertx of the caller, who closes it; null for one of its own
     * @param root what the provider's base URL has after the host
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

    /** As it stands in the provider's configuration: with the path its documentation gives it, without a slash. */
    public String baseUrl() {
        return origin() + root;
    }

    public String origin() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** The only key it takes. */
    public String key() {
        return key;
    }

    /** All that came, also what was refused, in order. */
    public List<Seen> requests() {
        return List.copyOf(requests);
    }

    /** The latest request; fails if none came. */
    public Seen last() {
        return requests.get(requests.size() - 1);
    }

    /** How often a client left before its answer had ended. */
    public int hangUps() {
        return hangUps.get();
    }

    /** How streams are cut into writes from now on. */
    public void slice(Slicing how) {
        slicing = how;
    }

    /**
     * Fails the next requests that are in order, whatever their texts say.
     *
     * @param fault a name as after {@code fault: }
     */
    public void failNext(int times, String fault) {
        forced = Fault.in("fault: " + fault).orElseThrow(() -> new IllegalArgumentException(fault));
        forcedTimes.set(times);
    }

    /** Fails all requests from now on until {@link #heal()}. */
    public void failAll(String fault) {
        failNext(Integer.MAX_VALUE, fault);
    }

    /** Ends what {@link #failNext} and {@link #failAll} began. */
    public void heal() {
        forcedTimes.set(0);
    }

    /** Takes {@code fault: NAME} in a text for text: for a test where another provider is the one to fail. */
    public void ignoreFaultsInTexts() {
        deaf = true;
    }

    /** Lets this much time pass before it looks at a request; none at first. */
    public void answerAfter(Duration delay) {
        delayMillis = delay.toMillis();
    }

    /** Forgets what came and how it was told to behave. */
    public void reset() {
        heal();
        deaf = false;
        delayMillis = 0;
        requests.clear();
        pastOnce.clear();
        hangUps.set(0);
        slicing = Slicing.BY_FRAME;
    }

    @Override
    public void close() {
        var closing = ownsVertx ? vertx.close() : server.close();
        closing.toCompletionStage().toCompletableFuture().join();
    }

    /** Fails unless the key came, in this provider's way. */
    abstract void authorise(Exchange exchange);

    /** The error answer of this kind. */
    abstract Refusal fault(Fault.Kind kind);

    /** The provider's envelope. */
    abstract JsonObject envelope(Refusal refusal);

    /** What it says to a body it cannot read. */
    Refusal unreadable(String why) {
        return new Refusal(400, "invalid_request_error", null, null, why);
    }

    Refusal notFound(Seen seen) {
        String message = "Invalid URL (" + seen.method() + " " + seen.path() + ")";
        return new Refusal(404, "invalid_request_error", null, null, message);
    }

    /** Puts the headers on that every answer has. */
    void decorate(HttpServerResponse response) {}

    /** The error that stands under a status of 200. */
    JsonObject errorIn200() {
        return envelope(fault(Fault.Kind.SERVER_ERROR));
    }

    /** @return whether it takes it */
    boolean socketOpened(ServerWebSocket socket) {
        return false;
    }

    /** @param path with {@code {name}} for a segment */
    final void route(String method, String path, Consumer<Exchange> handler) {
        routes.add(compiled(method, path, false, handler));
    }

    /** A route that wants no key. */
    final void openRoute(String method, String path, Consumer<Exchange> handler) {
        routes.add(compiled(method, path, true, handler));
    }

    final Slicing slicing() {
        return slicing;
    }

    /** What is to go wrong with a request of this text. */
    final Optional<Fault> due(String text) {
        if (forcedTimes.getAndUpdate(times -> Math.max(0, times - 1)) > 0) {
            return Optional.of(forced);
        }
        return deaf ? Optional.empty() : Fault.in(text).filter(this::stillDue);
    }

    private boolean stillDue(Fault fault) {
        return !fault.once() || pastOnce.add(fault.kind() + "-" + fault.status());
    }

    final void hungUp() {
        if (left.get() > 0) {
            left.decrementAndGet();
        } else {
            hangUps.incrementAndGet();
        }
    }

    /** The next close is the mock's own. */
    final void leavesFirst() {
        left.incrementAndGet();
    }

    private void serve(HttpServerRequest request) {
        boolean form = String.valueOf(request.getHeader("content-type")).startsWith("multipart/form-data");
        if (!form) {
            request.body().onSuccess(body -> inTime(request, seen(request, body, Map.of())));
            return;
        }
        Map<String, Buffer> files = new LinkedHashMap<>();
        request.setExpectMultipart(true).uploadHandler(upload -> {
            Buffer content = Buffer.buffer();
            files.put(files.containsKey(upload.name()) ? upload.name() + "#" + files.size() : upload.name(), content);
            upload.handler(content::appendBuffer);
        });
        request.endHandler(end -> inTime(request, seen(request, Buffer.buffer(), files)));
    }

    private void inTime(HttpServerRequest request, Seen seen) {
        requests.add(seen);
        if (delayMillis > 0) {
            vertx.setTimer(delayMillis, passed -> handle(request, seen));
        } else {
            handle(request, seen);
        }
    }

    private void handle(HttpServerRequest request, Seen seen) {
        Exchange exchange = new Exchange(this, request, seen, Map.of());
        try {
            dispatch(request, seen);
        } catch (Refusal refusal) {
            HttpServerResponse response = exchange.head(refusal.status, "application/json");
            refusal.headers.forEach(response::putHeader);
            response.end((refusal.body != null ? refusal.body : envelope(refusal)).toBuffer());
        } catch (Exchange.OutOfBand fault) {
            exchange.outOfBand(fault.kind);
        } catch (RuntimeException e) {
            request.response().setStatusCode(500).end("the stand-in itself failed: " + e);
        }
    }

    private void dispatch(HttpServerRequest request, Seen seen) {
        boolean pathKnown = false;
        for (Route route : routes) {
            Matcher path = route.path().matcher(seen.path());
            if (path.matches()) {
                pathKnown = true;
                if (route.method().equals(seen.method())) {
                    Map<String, String> params = new LinkedHashMap<>();
                    for (int i = 0; i < route.names().size(); i++) {
                        params.put(route.names().get(i), URLDecoder.decode(path.group(i + 1), StandardCharsets.UTF_8));
                    }
                    Exchange exchange = new Exchange(this, request, seen, params);
                    if (!route.open()) {
                        authorise(exchange);
                    }
                    route.handler().accept(exchange);
                    return;
                }
            }
        }
        if (pathKnown) {
            throw new Refusal(405, "invalid_request_error", "method_not_supported", null, "Not allowed to " + seen);
        }
        throw notFound(seen);
    }

    private void socket(ServerWebSocket socket) {
        requests.add(new Seen(
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

    private static Seen seen(HttpServerRequest request, Buffer body, Map<String, Buffer> files) {
        String query = request.query() == null ? "" : request.query();
        return new Seen(
                request.method().name(),
                request.path(),
                query,
                request.headers(),
                body,
                request.formAttributes(),
                files);
    }

    private static Route compiled(String method, String path, boolean open, Consumer<Exchange> handler) {
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
