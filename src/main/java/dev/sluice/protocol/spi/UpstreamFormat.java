package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import java.util.List;

/** The headers and errors of a wire format at a provider, for requests that pass and for translated ones. */
public interface UpstreamFormat {

    /**
     * Headers that requests of this format need, names and values alternating. A header of the same name from the
     * config or forwarded from the client takes precedence.
     */
    default List<String> headers(UpstreamModel model) {
        return List.of();
    }

    /**
     * The error of a response with a status other than 2xx, or of a complete body with status 2xx that carries an
     * error.
     *
     * @return null when the status is 2xx and the body carries no error
     */
    GatewayError errorOf(int status, ByteSlice body);
}
