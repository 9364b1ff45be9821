package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.PassThroughReader;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Follows a passed-through stream: reads the type of each event, and the response of the last one. */
final class ResponsesPassThroughReader extends PassThroughReader {

    /** Sent before the provider knows whether it can serve the request. */
    private static final Set<String> OPENINGS = Set.of("response.created", "response.queued", "response.in_progress");

    private static final byte[] TYPE = "type".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RESPONSE = "response".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ERROR = "error".getBytes(StandardCharsets.UTF_8);

    private final JsonScanner json = new JsonScanner();
    private boolean object;
    private String type;
    private ByteSlice response;
    private boolean error;
    private Usage usage = Usage.UNKNOWN;

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    protected void data(ByteSlice data) {
        if (!read(this::scan, data)) {
            return;
        }
        if (!object || "error".equals(type) || error && type == null) {
            failed(data);
            return;
        }
        if (type != null && ResponsesStreamDecoder.TERMINAL.contains(type)) {
            end();
        } else {
            countEvent(type == null || !OPENINGS.contains(type));
            pass();
        }
    }

    private void end() {
        ResponsesBodyScanner end = ResponsesBodyScanner.of(response == null ? ByteSlice.of("{}") : response);
        usage = end.usage();
        if (response == null
                || type.equals(ResponsesStreamDecoder.FAILED)
                || ResponsesBodyScanner.isFailure(end.status())) {
            failed(ResponsesBodyScanner.errorBody(end.status(), end.error()));
            return;
        }
        countEvent(true);
        completed();
        pass();
    }

    private void scan(ByteSlice data) {
        type = null;
        response = null;
        error = false;
        json.reset(data);
        object = json.peek() == '{';
        if (object) {
            members(data.array());
        } else {
            json.skip();
        }
        json.finish();
    }

    private void members(byte[] array) {
        json.enter();
        while (json.more()) {
            boolean isType = json.nameIs(TYPE);
            boolean isResponse = json.nameIs(RESPONSE);
            boolean isError = json.nameIs(ERROR);
            byte first = json.peek();
            int from = json.position();
            json.skip();
            if (isType && first == '"') {
                type = JsonScanner.text(array, from, json.position());
            } else if (isResponse && first == '{') {
                response = new ByteSlice(array, from, json.position() - from);
            } else if (isError) {
                error = first == '{' || first == '"';
            }
        }
    }
}
