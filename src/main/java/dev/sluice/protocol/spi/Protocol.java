package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.request.RequestRewriter;
import dev.sluice.protocol.request.UpstreamBody;

/**
 * A wire format of both clients and providers. When client and provider use the same one, bytes are passed through: the
 * methods here read only what Sluice acts on and leave the rest unchanged.
 */
public interface Protocol extends ClientProtocol, UpstreamFormat {

    /**
     * The body for a provider: the client's bytes, with only those spans replaced that must change. Reasoning that the
     * provider did not make is removed.
     */
    default UpstreamBody forward(ClientRequest request, UpstreamModel target) {
        return mayHaveForeignReasoning(request, target)
                ? forwardOwnReasoning(request, target)
                : forward(request, target.model(), target.quirks());
    }

    /** The body without a search for reasoning. */
    default UpstreamBody forward(ClientRequest request, String upstreamModel, Quirks quirks) {
        return new RequestRewriter(request, upstreamModel, quirks).encode();
    }

    private UpstreamBody forwardOwnReasoning(ClientRequest request, UpstreamModel target) {
        DroppedParameters dropped = new DroppedParameters();
        ClientRequest own = request;
        try {
            if (Json.readRequest(request.body()) instanceof ObjectNode body) {
                removeForeignReasoning(body, target, dropped);
                own = dropped.list().isEmpty() ? request : RequestReader.again(request, Json.bytes(body));
            }
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
        UpstreamBody rewritten = forward(own, target.model(), target.quirks());
        rewritten.dropped().forEach(dropped::dropped);
        return new UpstreamBody(rewritten.parts(), dropped.list(), rewritten.lost());
    }

    /** The key under {@code paths} in the catalog that a request in this format is sent to. */
    default String path(ClientRequest request) {
        return request.surface().label();
    }

    /** Whether the bytes may have reasoning of another provider; false for nearly all, at the cost of one search. */
    default boolean mayHaveForeignReasoning(ClientRequest request, UpstreamModel target) {
        return false;
    }

    /** Removes the reasoning that another provider made from a body of this format. */
    default void removeForeignReasoning(ObjectNode body, UpstreamModel target, DroppedParameters dropped) {}

    /** A new reader of one streamed response, which passes its bytes on. */
    StreamReader reader(ClientRequest request, Quirks quirks);

    /** As {@link #reader(ClientRequest, Quirks)}; a format may name the requested model in place of the target's. */
    default StreamReader reader(ClientRequest request, UpstreamModel target) {
        return reader(request, target.quirks());
    }

    /** A complete response for the client: its bytes, unless the format names the requested model. */
    default ByteSlice respond(ByteSlice response, ClientRequest request, UpstreamModel target) {
        return response;
    }

    /** The usage reported in a complete response, {@link Usage#UNKNOWN} when there is none. */
    Usage usage(ByteSlice response, Quirks quirks);

    /** {@link #errorOf} and {@link #usage} of a complete body, in one pass where the format supports it. */
    default Outcome inspect(int status, ByteSlice response, Quirks quirks) {
        GatewayError error = errorOf(status, response);
        return new Outcome(error, error == null ? usage(response, quirks) : Usage.UNKNOWN);
    }

    /** @param error null when the body is a response, not an error */
    record Outcome(GatewayError error, Usage usage) {}
}
