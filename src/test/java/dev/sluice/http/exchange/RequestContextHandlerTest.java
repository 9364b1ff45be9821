package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.RequestContext;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The request's context: created first, completed when the response has ended. */
class RequestContextHandlerTest {

    private final FakeListener listener = new FakeListener();
    private final FakeHttp http = new FakeHttp();
    private final Map<String, Object> values = new HashMap<>();
    private final RoutingContext routing = routing();
    private final RequestContextHandler handler = new RequestContextHandler(listener.context);
    private Handler<AsyncResult<Void>> endHandler;
    private int next;

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void theContextIsThereForTheNextHandler() {
        handler.handle(routing);

        RequestContext context = RequestContextHandler.of(routing);
        assertThat(context.method).isEqualTo("POST");
        assertThat(context.path).isEqualTo("/v1/chat/completions");
        assertThat(context.requestId).isNotBlank();
        assertThat(next).isEqualTo(1);
        assertThat(listener.metrics).containsExactly("requestStarted");
    }

    @Test
    void theContextIsCompletedWhenTheResponseHasEnded() {
        handler.handle(routing);
        http.status = 404;
        http.body.append("four");

        endHandler.handle(Future.succeededFuture());

        RequestContext context = RequestContextHandler.of(routing);
        assertThat(context.status).isEqualTo(404);
        assertThat(context.bytesOut).isEqualTo(4);
        assertThat(context.bytesIn).isEqualTo(7);
        assertThat(context.cancelCause).isNull();
        assertThat(listener.metrics).containsExactly("requestStarted", "record context");
    }

    @Test
    void aClientThatLeavesBeforeTheResponseHasStatus499() {
        handler.handle(routing);

        endHandler.handle(Future.failedFuture("closed"));

        assertThat(RequestContextHandler.of(routing).status).isEqualTo(499);
        assertThat(RequestContextHandler.of(routing).cancelCause).isEqualTo(CancelCause.CLIENT_GONE);
    }

    @Test
    void aClientThatLeavesDuringTheResponseKeepsItsStatusAndTheFirstCause() {
        handler.handle(routing);
        http.response.write("first");
        RequestContextHandler.of(routing).cancelCause = CancelCause.DRAIN;

        endHandler.handle(Future.failedFuture("closed"));

        assertThat(RequestContextHandler.of(routing).status).isEqualTo(200);
        assertThat(RequestContextHandler.of(routing).cancelCause).isEqualTo(CancelCause.DRAIN);
    }

    @Test
    void aRefusalOfTheEdgeIsReportedAtOnce() {
        handler.recordRefusal(http.request, GatewayError.of(Kind.TOO_LARGE, "too large"), "edge-1");

        assertThat(listener.metrics).containsExactly("requestStarted", "record context");
        assertThat(listener.accessLines()).contains("edge-1", "413", "request_too_large");
    }

    @SuppressWarnings("unchecked")
    private RoutingContext routing() {
        return FakeHttp.fake(RoutingContext.class, (proxy, method, args) -> switch (method.getName()) {
            case "request" -> http.request;
            case "get" -> values.get(args[0]);
            case "put" -> {
                values.put((String) args[0], args[1]);
                yield proxy;
            }
            case "addEndHandler" -> {
                endHandler = (Handler<AsyncResult<Void>>) args[0];
                yield 1;
            }
            case "next" -> {
                next++;
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }
}
