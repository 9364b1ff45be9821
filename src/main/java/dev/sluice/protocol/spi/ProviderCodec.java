package dev.sluice.protocol.spi;

import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Upload;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.UpstreamBody;
import java.util.List;

/**
 * One request on its way to one provider, and the answer back: as they are, when both sides speak the same format, else
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

    /** What the body is, or null when there is none. */
    default String contentType() {
        return "application/json";
    }

    /** The body to send when it is not in memory, else null. */
    default Upload upload() {
        return null;
    }

    /** The key under {@code paths} in the catalogue where the request goes. */
    String path();

    /** What stands for {@code {id}} in the path; empty when the path has none. */
    default String id() {
        return "";
    }

    /**
     * Whether a whole answer may come as this.
     *
     * @param contentType in lower case, empty when the provider sent none
     */
    default boolean accepts(String contentType) {
        return contentType.isEmpty() || contentType.startsWith("application/json");
    }

    /** Headers the request needs, name and value in turn. */
    List<String> headers();

    /**
     * The body to send.
     *
     * @throws dev.sluice.model.GatewayException as {@link ClientProtocol#decode} and {@link ProviderProtocol#encode}
     */
    UpstreamBody body();

    /** As {@link UpstreamFormat#refusal}. */
    GatewayError refusal(int status, ByteSlice body);

    /**
     * A whole answer for which {@link #refusal} found nothing wrong, as the client shall get it.
     *
     * @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when it cannot be understood
     */
    Whole whole(ByteSlice answer);

    /** Follows one streamed answer. */
    StreamReader reader();

    /**
     * Follows an answer whose bytes pass as they come, with its status and head.
     *
     * @param contentType as the provider said, lower case, perhaps empty
     * @return null for an answer that is read whole
     */
    default StreamReader relay(int status, String contentType) {
        return null;
    }

    /** Whether a refusal reaches the client as the provider wrote it. */
    default boolean verbatim() {
        return false;
    }

    /**
     * @param usage {@link Usage#UNKNOWN} when the provider did not say
     * @param location where the client finds what it asked for, for a redirect without body; null when the body is it
     */
    record Whole(ByteSlice body, Usage usage, String location) {

        public Whole(ByteSlice body, Usage usage) {
            this(body, usage, null);
        }
    }
}
