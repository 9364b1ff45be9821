package dev.sluice.http.exchange;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** One request and its response without a connection. Records what is written; any other call fails the test. */
public final class FakeHttp {

    final MultiMap requestHeaders = MultiMap.caseInsensitiveMultiMap();
    public final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    final StringBuilder body = new StringBuilder();
    public final HttpServerResponse response =
            fake(HttpServerResponse.class, (proxy, method, args) -> respond(proxy, method.getName(), args));
    public final HttpServerRequest request =
            fake(HttpServerRequest.class, (proxy, method, args) -> request(method.getName(), args));
    int status = 200;
    int writes;
    boolean ended;
    public boolean closed;
    boolean reset;
    boolean queueFull;
    /** The socket of an upgrade; null: the upgrade fails. */
    public ServerWebSocket upgraded;
    /** False for a last write that the client has not taken yet. */
    boolean taken = true;

    private boolean headWritten;
    private Handler<Void> drainHandler;

    /** The client has read what was queued. */
    void drain() {
        queueFull = false;
        drainHandler.handle(null);
    }

    @SuppressWarnings("unchecked")
    private Object respond(Object self, String method, Object[] args) {
        return switch (method) {
            case "headers" -> headers;
            case "ended" -> ended;
            case "closed" -> closed;
            case "headWritten" -> headWritten;
            case "writeQueueFull" -> queueFull;
            case "getStatusCode" -> status;
            case "bytesWritten" -> (long) body.length();
            case "setChunked" -> self;
            case "setStatusCode" -> {
                status = (Integer) args[0];
                yield self;
            }
            case "putHeader" -> {
                headers.set(args[0].toString(), args[1].toString());
                yield self;
            }
            case "drainHandler" -> {
                drainHandler = (Handler<Void>) args[0];
                yield self;
            }
            case "write" -> {
                writes++;
                headWritten = true;
                body.append(args[0]);
                yield Future.succeededFuture();
            }
            case "end" -> {
                headWritten = true;
                ended = true;
                body.append(args == null ? "" : args[0]);
                yield taken ? Future.succeededFuture() : Promise.promise().future();
            }
            case "reset" -> {
                reset = true;
                closed = true;
                yield Future.succeededFuture();
            }
            default -> throw new UnsupportedOperationException("response." + method);
        };
    }

    private Object request(String method, Object[] args) {
        return switch (method) {
            case "response" -> response;
            case "pause", "resume" -> request;
            case "toWebSocket" ->
                upgraded == null ? Future.failedFuture("not upgraded") : Future.succeededFuture(upgraded);
            case "headers" -> requestHeaders;
            case "getHeader" -> requestHeaders.get(args[0].toString());
            case "isEnded" -> true;
            case "version" -> HttpVersion.HTTP_1_1;
            case "method" -> HttpMethod.POST;
            case "path" -> "/v1/chat/completions";
            case "bytesRead" -> 7L;
            default -> throw new UnsupportedOperationException("request." + method);
        };
    }

    /** An object of an interface, whose calls are handled by the test. */
    public static <T> T fake(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == args[0];
                    case "toString" -> type.getSimpleName();
                    default -> calls.invoke(proxy, method, args);
                }));
    }
}
