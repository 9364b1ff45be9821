package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.sse.EventBytes;

/**
 * The events of a request with {@code generate: false}, with which WebSocket clients prepare a conversation: a response
 * without output, whose id the next request continues. No provider is asked.
 */
public final class WarmUpResponse {

    private WarmUpResponse() {}

    /** Whether a request is to be answered by {@link #events}. */
    public static boolean isWanted(ClientRequest request) {
        ClientRequest.Member generate = request.member("generate");
        return generate != null && request.body().array()[generate.valueStart()] == 'f';
    }

    /**
     * @param id of the request
     * @param created seconds since 1970
     */
    public static ByteSlice events(ClientRequest request, String id, long created) {
        ResponsesStreamEncoder encoder = new ResponsesStreamEncoder(decoded(request));
        EventBytes out = new EventBytes();
        encoder.write(new ResponseEvent.Started("resp_" + id, request.model(), created), out);
        encoder.write(new ResponseEvent.Finished(FinishReason.STOP, null), out);
        encoder.end(new Usage(0, 0, 0, 0, true), out);
        return out.drain();
    }

    /** Of a request that only its provider can read, nothing is repeated. */
    private static ChatRequest decoded(ClientRequest request) {
        ResponsesProtocol protocol = new ResponsesProtocol();
        try {
            return protocol.decode(request);
        } catch (GatewayException unreadable) {
            ByteSlice empty = ByteSlice.of("{\"input\":\"\",\"model\":" + JsonText.quote(request.model()) + "}");
            return protocol.decode(new RequestReader(request.surface(), empty).read());
        }
    }
}
