package dev.sluice.bus;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.Deadline;
import dev.sluice.model.Principal;
import dev.sluice.model.Strictness;
import io.vertx.core.Context;
import java.util.function.Function;

/**
 * One attempt, as it is sent to the provider's verticle.
 *
 * @param requestId passed upstream as {@code x-request-id}
 * @param request the client's request; the provider makes its own body from it
 * @param model the model's name at the provider
 * @param clientHeader looks up a header of the client by name; the provider reads those that its catalog entry allows
 * @param strictness which parameters that the provider does not support make the request fail
 * @param policy the settings of route and caller for this attempt
 * @param deadline of the whole request, over all attempts
 * @param cancel fires when the response is no longer needed
 * @param caller whose share of the process's memory the response uses, and whose models restrict the provider's own
 *     routing parameters
 * @param consumer the context that receives the response's bytes
 */
public record ProviderCall(
        String requestId,
        ClientRequest request,
        String model,
        Function<CharSequence, String> clientHeader,
        Strictness strictness,
        CallPolicy policy,
        Deadline deadline,
        CancelSignal cancel,
        Principal caller,
        Context consumer) {}
