package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.error.ProviderWords;
import dev.sluice.protocol.error.Refusal;
import dev.sluice.protocol.json.MalformedJson;

/**
 * The error that a body with status 2xx carries. Proxies in front of any provider send OpenAI's error envelope this
 * way, so every format looks for it.
 */
public final class ErrorInSuccess {

    private ErrorInSuccess() {}

    /** Null when the body is an answer. */
    public static GatewayError find(int status, ByteSlice body) {
        return find(status, body, new ChatEvent(false));
    }

    /** @param answer reads the body; to be asked for more when it is an answer */
    static GatewayError find(int status, ByteSlice body, ChatEvent answer) {
        ByteSlice document = Refusal.withoutByteOrderMark(body);
        try {
            answer.read(document);
        } catch (MalformedJson malformed) {
            return Refusal.nonsense("the provider answered " + status + " with a body that " + malformed.getMessage());
        }
        if (answer.failed()) {
            return Refusal.event(document);
        }
        if (answer.isObject()) {
            return null;
        }
        return ProviderWords.read(document).told()
                ? Refusal.event(document)
                : Refusal.nonsense("the provider answered " + status + " with a body that is not a JSON object");
    }
}
