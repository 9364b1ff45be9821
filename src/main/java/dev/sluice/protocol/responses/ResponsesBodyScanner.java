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

    private final byte[] array;
    private final int start;
    private final int end;
    private String status;
    private ByteSlice error;
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
        return usage;
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
            byte type = json.peek();
            int from = json.position();
            json.skip();
            ByteSlice value = new ByteSlice(array, from, json.position() - from);
            if (isStatus && type == '"') {
                status = JsonScanner.text(array, from, json.position());
            } else if (isError && type == '{') {
                error = value;
            } else if (isUsage && type == '{') {
                usage = ResponsesUsage.read(value);
            }
        }
        json.finish();
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
