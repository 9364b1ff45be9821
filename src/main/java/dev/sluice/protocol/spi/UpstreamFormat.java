package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import java.util.List;

/** What a wire format asks for and says at a provider, however the request got into it. */
public interface UpstreamFormat {

    /**
     * Headers that requests of this format need, name and value in turn. What the config or a client's forwarded header
     * says of the same name wins.
     */
    default List<String> headers(UpstreamModel model) {
        return List.of();
    }

    /**
     * Tells what a provider's refusal means, or a whole answer with status 2xx that carries an error instead of an
     * answer.
     *
     * @return null when the status is 2xx and the body is an answer
     */
    GatewayError refusal(int status, ByteSlice body);
}
