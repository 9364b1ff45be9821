package dev.sluice.http.exchange;

import dev.sluice.config.ServerConfig.StoredResponses;
import dev.sluice.http.body.BodyReader;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.responses.InputReferences;
import dev.sluice.protocol.responses.UnstoredResponse;
import java.util.List;

/**
 * What one exchange of the Responses API has to do with other responses: its request may refer to earlier ones, and its
 * own response is kept as the client has received it, unless the request says {@code store: false}.
 */
public final class ResponseItems {

    /** Of an exchange of another API. */
    static final ResponseItems NONE = new ResponseItems(null, null, null, 0);

    /** In bytes. A larger response is not read again: that would hold the event loop. */
    private static final int LARGEST = 4 << 20;

    /** In bytes. A shorter batch cannot have the last event: it is a marker such as {@code [DONE]}. */
    private static final int SHORTEST = 64;

    private final ResponseMemory memory;
    private final Exchange exchange;
    private final StoredResponses settings;
    private final long maxBody;
    private boolean keeps;
    private ResponseMemory.Input input;
    private ByteSlice last = ByteSlice.EMPTY;

    private ResponseItems(ResponseMemory memory, Exchange exchange, StoredResponses settings, long maxBody) {
        this.memory = memory;
        this.exchange = exchange;
        this.settings = settings;
        this.maxBody = maxBody;
    }

    /**
     * Those of an exchange that begins; its response will be kept if its request allows that.
     *
     * @param maxBody most bytes of the request with what it refers to
     */
    public static ResponseItems of(ListenerContext listener, Exchange exchange, Surface surface, long maxBody) {
        StoredResponses settings = exchange.snapshot().config().server().storedResponses();
        if (surface != Surface.RESPONSES && surface.counted() != Surface.RESPONSES || settings.bytes() == 0) {
            return NONE;
        }
        ResponseItems items = new ResponseItems(listener.responses(), exchange, settings, maxBody);
        exchange.response().keep(items);
        return items;
    }

    /**
     * The request with what it refers to; the same instance when it refers to nothing that is known. May be called on a
     * worker thread for a large body, of whose memory the exchange holds a lease.
     *
     * @throws dev.sluice.model.GatewayException when the body becomes too large
     */
    public ClientRequest resolve(ClientRequest request) {
        if (memory == null) {
            return request;
        }
        String previous = InputReferences.previousResponse(request);
        keeps = request.surface() == Surface.RESPONSES && !forbidsStoring(request);
        if (!memory.hasResponses(owner())) {
            input = previous == null && keeps ? inputOf(null, InputReferences.items(request)) : null;
            if (previous != null) {
                memory.missed(owner(), previous);
            }
            return request;
        }
        ClientRequest resolved =
                InputReferences.resolveItems(request, id -> memory.item(owner(), id, settings), this::reserve);
        ByteSlice own = InputReferences.items(resolved);
        List<ByteSlice> before = previous == null ? List.of() : memory.conversation(owner(), previous, settings);
        if (own == null || before == null) {
            return resolved;
        }
        input = keeps ? inputOf(previous, own) : null;
        return previous == null ? resolved : InputReferences.continueConversation(resolved, before, own, this::reserve);
    }

    private static ResponseMemory.Input inputOf(String previous, ByteSlice items) {
        return items == null ? null : new ResponseMemory.Input(previous, items);
    }

    private String owner() {
        return exchange.context().principal.owner();
    }

    private void reserve(long bytes) {
        BodyReader.reserveReplacement(exchange, bytes, maxBody);
    }

    private static boolean forbidsStoring(ClientRequest request) {
        ClientRequest.Member store = request.member("store");
        return store != null && request.body().array()[store.valueStart()] == 'f';
    }

    /** Events were sent to the client: whole ones, in order. */
    void sent(ByteSlice events) {
        if (keeps && events.length() >= SHORTEST) {
            last = events;
        }
    }

    /** The stream has ended with its terminal marker. */
    void completed() {
        if (keeps && last.length() <= LARGEST) {
            keep(UnstoredResponse.ofEvents(last));
        }
    }

    /** A complete response is sent to the client. */
    void completed(ByteSlice body) {
        if (keeps && body.length() <= LARGEST) {
            keep(UnstoredResponse.ofBody(body));
        }
    }

    private void keep(UnstoredResponse response) {
        if (response != null) {
            memory.keep(owner(), response, input, settings);
        }
    }
}
