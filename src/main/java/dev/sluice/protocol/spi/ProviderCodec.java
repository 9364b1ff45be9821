package dev.sluice.protocol.spi;

import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.request.UpstreamUpload;
import java.util.List;

/**
 * Carries one request to one provider and its response back: unchanged if both sides use the same format, else
 * translated.
 */
public interface ProviderCodec {

    /** The HTTP method. */
    default String method() {
        return "POST";
    }

    /** The path and query on the provider's host. */
    default String target(ProviderSettings provider, String model) {
        return provider.pathFor(path(), model, id());
    }

    /** The content type of the body, or null when there is no body. */
    default String contentType() {
        return "application/json";
    }

    /** The body to send when it is not held in memory, else null. */
    default UpstreamUpload upload() {
        return null;
    }

    /** The key under {@code paths} in the catalog that the request is sent to. */
    String path();

    /** The value of {@code {id}} in the path; empty when the path has none. */
    default String id() {
        return "";
    }

    /**
     * Whether a complete response may have this content type.
     *
     * @param contentType in lower case, empty when the provider sent none
     */
    default boolean accepts(String contentType) {
        return contentType.isEmpty() || contentType.startsWith("application/json");
    }

    /** Headers of the request, names and values alternating. */
    List<String> headers();

    /**
     * The body to send.
     *
     * @throws dev.sluice.model.GatewayException as {@link ClientProtocol#decode} and {@link ProviderProtocol#encode}
     */
    UpstreamBody body();

    /** As {@link UpstreamFormat#errorOf}. */
    GatewayError errorOf(int status, ByteSlice body);

    /**
     * The complete response that the client gets, for a body in which {@link #errorOf} found no error.
     *
     * @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when it cannot be decoded
     */
    CompleteResponse completeResponse(ByteSlice body);

    /** A new reader of one streamed response. */
    StreamReader reader();

    /**
     * A new reader of a response that is relayed with its status and headers.
     *
     * @param contentType of the response, in lower case, empty when the provider sent none
     * @return null for a response that is read completely before it is decoded
     */
    default StreamReader relay(int status, String contentType) {
        return null;
    }

    /** Whether an error reaches the client as the provider wrote it. */
    default boolean verbatim() {
        return false;
    }

    /**
     * @param usage {@link Usage#UNKNOWN} when the provider reported none
     * @param location the target of a redirect without a body, null otherwise
     */
    record CompleteResponse(ByteSlice body, Usage usage, String location) {

        public CompleteResponse(ByteSlice body, Usage usage) {
            this(body, usage, null);
        }
    }
}
