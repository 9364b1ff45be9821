package dev.sluice.dialect.responses;

import dev.sluice.dialect.JsonScanner;
import dev.sluice.dialect.PassingEvents;
import dev.sluice.dialect.Refusal;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import java.nio.charset.StandardCharsets;

/** Looks at the type of each event that passes, and into the response of the last one. */
final class PassingReader extends PassingEvents {

    private static final byte[] TYPE = "type".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RESPONSE = "response".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ERROR = "error".getBytes(StandardCharsets.UTF_8);

    private final JsonScanner json = new JsonScanner();

    @Override
    protected void judge(ByteSlice data) {
        String type = null;
        ByteSlice response = null;
        boolean error = false;
        json.over(data);
        if (json.peek() != '{') {
            json.skip();
            json.finish();
            fail(Refusal.event(data));
            return;
        }
        json.enter();
        while (json.more()) {
            boolean isType = json.nameIs(TYPE);
            boolean isResponse = json.nameIs(RESPONSE);
            boolean isError = json.nameIs(ERROR);
            byte first = json.peek();
            int from = json.position();
            json.skip();
            if (isType && first == '"') {
                type = JsonScanner.text(data.array(), from, json.position());
            } else if (isResponse && first == '{') {
                response = new ByteSlice(data.array(), from, json.position() - from);
            } else if (isError) {
                error = first == '{' || first == '"';
            }
        }
        json.finish();
        judge(data, type, response, error);
    }

    private void judge(ByteSlice data, String type, ByteSlice response, boolean error) {
        if ("error".equals(type) || error && type == null) {
            fail(Refusal.event(data));
            return;
        }
        if (type == null || !EventDecoder.TERMINAL.contains(type)) {
            return;
        }
        if (response == null) {
            fail(WholeDecoder.bad("a last event without its response").error());
            return;
        }
        ResponseScan end = ResponseScan.of(response);
        know(end.usage());
        GatewayError failure = type.equals(EventDecoder.FAILED) ? end.failed() : end.failure();
        if (failure == null) {
            complete(end.usage());
        } else {
            fail(failure);
        }
    }
}
