package dev.sluice.testkit.mock;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** One request to a stand-in and its response. */
final class MockExchange {

    final RecordedRequest recorded;
    final HttpServerRequest request;
    private final MockProvider mock;
    private final Map<String, String> params;
    private MockFault.Kind fault;

    MockExchange(MockProvider mock, HttpServerRequest request, RecordedRequest recorded, Map<String, String> params) {
        this.mock = mock;
        this.request = request;
        this.recorded = recorded;
        this.params = params;
        request.response().closeHandler(gone -> mock.clientClosed());
    }

    /** A path parameter by its name in the route. */
    String param(String name) {
        return params.get(name);
    }

    String header(String name) {
        return recorded.header(name);
    }

    /** The body as a JSON object; fails unless the content type is JSON. */
    JsonObject json() {
        String type = header("content-type");
        if (type == null || !type.startsWith("application/json")) {
            throw mock.unreadable("Content-Type must be application/json, got " + type);
        }
        try {
            return recorded.json();
        } catch (RuntimeException e) {
            throw mock.unreadable("We could not parse the JSON body of your request.");
        }
    }

    /** Applies the fault for this request: throws an error now, or marks the response to be damaged. */
    void applyFault(String lastText) {
        fault = null;
        mock.faultFor(lastText).ifPresent(due -> {
            switch (due.kind()) {
                case RATE_LIMIT, OVERLOADED, SERVER_ERROR, CONTEXT_LENGTH, CONTENT_FILTER, AUTH, QUOTA ->
                    throw mock.fault(due.kind());
                case STATUS -> throw new MockError(due.status(), "mock_error", null, null, "Requested status.");
                default -> fault = due.kind();
            }
        });
    }

    boolean outputIsFiltered() {
        return fault == MockFault.Kind.FILTERED_OUTPUT;
    }

    void respond(JsonObject body) {
        respond(200, body);
    }

    void respond(int status, JsonObject body) {
        if (fault == null || fault == MockFault.Kind.FILTERED_OUTPUT || fault == MockFault.Kind.MISSING_TERMINATOR) {
            bytes(status, "application/json", body.toBuffer());
            return;
        }
        Buffer all = body.toBuffer();
        switch (fault) {
            case ERROR_EVENT -> throw mock.fault(MockFault.Kind.SERVER_ERROR);
            case ERROR_IN_200 ->
                bytes(200, "application/json", mock.errorIn200().toBuffer());
            case MALFORMED_EVENT -> bytes(status, "application/json", all.getBuffer(0, all.length() / 2));
            case CUT, HANG -> half(status, "application/json", all);
            default -> throwOutOfBand();
        }
    }

    /** Writes the frames in the configured write size, damaged by the current fault. */
    void stream(Sse sse) {
        throwOutOfBandIfDue();
        HttpServerResponse response =
                head(200, "text/event-stream; charset=utf-8").setChunked(true);
        response.putHeader("cache-control", "no-cache");
        write(mock.slicing().slices(sse.framesUnder(fault)), 0, response);
    }

    void bytes(int status, String type, Buffer body) {
        throwOutOfBandIfDue();
        if (fault == MockFault.Kind.CUT || fault == MockFault.Kind.HANG) {
            half(status, type, body);
        } else {
            head(status, type).end(body);
        }
    }

    private void half(int status, String type, Buffer body) {
        head(status, type).putHeader("content-length", "" + body.length());
        Future<Void> written = request.response().write(body.getBuffer(0, body.length() / 2));
        if (fault == MockFault.Kind.CUT) {
            written.onComplete(done -> cut());
        }
    }

    HttpServerResponse head(int status, String type) {
        HttpServerResponse response = request.response().setStatusCode(status).putHeader("content-type", type);
        mock.decorate(response);
        return response;
    }

    private void write(List<Buffer> slices, int from, HttpServerResponse response) {
        if (response.closed()) {
            return;
        }
        if (from < slices.size()) {
            response.write(slices.get(from)).onSuccess(written -> write(slices, from + 1, response));
        } else if (fault == MockFault.Kind.CUT) {
            cut();
        } else if (fault != MockFault.Kind.HANG) {
            response.end();
        }
    }

    private void throwOutOfBandIfDue() {
        if (fault == MockFault.Kind.HTML_ERROR_PAGE
                || fault == MockFault.Kind.RESET
                || fault == MockFault.Kind.HANG_AT_ONCE) {
            throwOutOfBand();
        }
    }

    private void throwOutOfBand() {
        throw new OutOfBand(fault);
    }

    void failOutOfBand(MockFault.Kind kind) {
        if (kind == MockFault.Kind.RESET) {
            cut();
        } else if (kind == MockFault.Kind.HTML_ERROR_PAGE) {
            String page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>";
            request.response()
                    .setStatusCode(502)
                    .putHeader("content-type", "text/html")
                    .end(page);
        }
    }

    private void cut() {
        mock.willClose();
        request.connection().close();
    }

    /** A fault outside the provider's error format: below HTTP, or before the provider's own code. */
    static final class OutOfBand extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final MockFault.Kind kind;

        OutOfBand(MockFault.Kind kind) {
            super(kind.name());
            this.kind = kind;
        }
    }
}
