package dev.sluice.bus;

import java.util.List;
import java.util.function.Function;

/**
 * Requests a WebSocket from a provider's verticle.
 *
 * @param model the model's name at the provider
 * @param clientHeader as in {@link ProviderCall}
 * @param protocols the subprotocols the client offered
 */
public record SocketCall(
        String requestId, String model, Function<CharSequence, String> clientHeader, List<String> protocols) {}
