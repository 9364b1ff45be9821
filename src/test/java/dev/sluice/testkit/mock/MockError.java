package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error response of a provider. Each stand-in writes it in its own envelope. */
final class MockError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;
    final String type;
    final Object code;
    final String param;
    final transient Map<String, String> headers = new LinkedHashMap<>();

    /** The whole body, for errors outside the usual envelope; else null. */
    transient JsonObject body;

    MockError(int status, String type, Object code, String param, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
    }

    /** An error with its own body. */
    static MockError withBody(int status, JsonObject body) {
        MockError failure = new MockError(status, "", null, null, "");
        failure.body = body;
        return failure;
    }

    MockError header(String name, String value) {
        headers.put(name, value);
        return this;
    }
}
