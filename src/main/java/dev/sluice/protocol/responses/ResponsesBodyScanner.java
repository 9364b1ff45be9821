package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;

/** Scans a {@code response} object in one pass over its bytes for status, error and usage. */
final class ResponsesBodyScanner {

    private static final byte[] STATUS = bytes("status");
    private static final byte[] ERROR = bytes("error");
    private static final byte[] USAGE = bytes("usage");
    private static final byte[] SERVICE_TIER = bytes("service_tier");
    private static final byte[] OUTPUT = bytes("output");
    private static final byte[] TYPE = bytes("type");
    private static final byte[] ACTION = bytes("action");
    private static final byte[] CONTAINER = bytes("container_id");

    private final byte[] array;
    private final int start;
    private final int end;
    private final ResponsesUsage.BilledCalls calls = new ResponsesUsage.BilledCalls();
    private String status;
    private ByteSlice error;
    private String serviceTier;
    private Usage usage = Usage.UNKNOWN;

    private ResponsesBodyScanner(ByteSlice response) {
        this.array = response.array();
        this.start = response.offset();
        this.end = response.end();
    }

    /** @throws dev.sluice.protocol.json.MalformedJson when the bytes are not one JSON document */
    static ResponsesBodyScanner of(ByteSlice response) {
        ResponsesBodyScanner scan = new ResponsesBodyScanner(response);
        scan.read();
        return scan;
    }

    /** Null when it has none. */
    String status() {
        return status;
    }

    Usage usage() {
        return usage.known() ? ResponsesUsage.with(usage, calls, serviceTier) : usage;
    }

    /** The {@code error} object of a failed response as JSON, or null. */
    String error() {
        return error == null ? null : error.toText();
    }

    static boolean isFailure(String status) {
        return "failed".equals(status) || "cancelled".equals(status);
    }

    /**
     * A failed response as an error body, for {@link dev.sluice.protocol.error.UpstreamErrors}.
     *
     * @param error the {@code error} object as JSON, or null
     */
    static ByteSlice errorBody(String status, String error) {
        String message = "cancelled".equals(status) ? "the response was cancelled" : "the response did not complete";
        return ByteSlice.of("{\"error\":" + (error != null ? error : "{\"message\":\"" + message + "\"}") + "}");
    }

    private void read() {
        JsonScanner json = new JsonScanner().reset(array, start, end);
        if (json.peek() != '{') {
            json.skip();
            json.finish();
            return;
        }
        json.enter();
        while (json.more()) {
            boolean isStatus = json.nameIs(STATUS);
            boolean isError = json.nameIs(ERROR);
            boolean isUsage = json.nameIs(USAGE);
            boolean isTier = json.nameIs(SERVICE_TIER);
            boolean isOutput = json.nameIs(OUTPUT);
            byte type = json.peek();
            int from = json.position();
            if (isOutput && type == '[') {
                output(json);
                continue;
            }
            json.skip();
            ByteSlice value = new ByteSlice(array, from, json.position() - from);
            if (isStatus && type == '"') {
                status = JsonScanner.text(array, from, json.position());
            } else if (isError && type == '{') {
                error = value;
            } else if (isUsage && type == '{') {
                usage = ResponsesUsage.read(value);
            } else if (isTier && type == '"') {
                serviceTier = JsonScanner.text(array, from, json.position());
            }
        }
        json.finish();
    }

    private void output(JsonScanner json) {
        json.enter();
        while (json.more()) {
            if (json.peek() != '{') {
                json.skip();
                continue;
            }
            String type = null;
            String action = null;
            String container = null;
            json.enter();
            while (json.more()) {
                if (json.nameIs(TYPE)) {
                    type = text(json);
                } else if (json.nameIs(ACTION) && json.peek() == '{') {
                    action = typeWithin(json);
                } else if (json.nameIs(CONTAINER)) {
                    container = text(json);
                } else {
                    json.skip();
                }
            }
            calls.add(type, action, container);
        }
    }

    private String typeWithin(JsonScanner json) {
        String type = null;
        json.enter();
        while (json.more()) {
            if (json.nameIs(TYPE)) {
                type = text(json);
            } else {
                json.skip();
            }
        }
        return type;
    }

    /** The current value, which is consumed; null when it is not a text. */
    private String text(JsonScanner json) {
        byte first = json.peek();
        int from = json.position();
        json.skip();
        return first == '"' ? JsonScanner.text(array, from, json.position()) : null;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
