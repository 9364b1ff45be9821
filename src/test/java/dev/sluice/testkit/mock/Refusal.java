package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error answer, as the provider would word it. Each stand-in puts it into its own envelope. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;
    final String type;
    final Object code;
    final String param;
    final transient Map<String, String> headers = new LinkedHashMap<>();

    /** The whole body, for the answers that do not use the usual envelope; null where they do. */
    transient JsonObject body;

    Refusal(int status, String type, Object code, String param, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
    }

    /** One that only has a body of its own. */
    static Refusal withBody(int status, JsonObject body) {
        Refusal refusal = new Refusal(status, "", null, null, "");
        refusal.body = body;
        return refusal;
    }

    Refusal header(String name, String value) {
        headers.put(name, value);
        return this;
    }
}
