package dev.sluice.bus;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.Deadline;
import io.vertx.core.Context;
import java.util.function.Function;

/**
 * One attempt, as the provider's verticle gets it.
 *
 * @param requestId passed upstream as {@code x-request-id}
 * @param request the client's request; the provider makes its own body from it
 * @param model the model's name at the provider
 * @param clientHeader looks a header of the client up by its name; the provider asks for those its catalogue entry
 *     allows
 * @param strict the request fails rather than leave out what the provider cannot take
 * @param policy what the route and the caller say about this attempt
 * @param deadline of the whole request, over all attempts
 * @param cancel fires when the client is gone
 * @param consumer where the answer's bytes are wanted
 */
public record ProviderCall(
        String requestId,
        ClientRequest request,
        String model,
        Function<CharSequence, String> clientHeader,
        boolean strict,
        CallPolicy policy,
        Deadline deadline,
        CancelSignal cancel,
        Context consumer) {}
