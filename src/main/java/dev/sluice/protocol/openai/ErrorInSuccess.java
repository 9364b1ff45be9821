package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.error.ProviderErrorBody;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.MalformedJson;

/**
 * Finds the error that a body with status 2xx carries. Proxies in front of any provider send OpenAI's error envelope
 * this way, so every format checks for it.
 */
public final class ErrorInSuccess {

    private ErrorInSuccess() {}

    /** The error, or null when the body is a response. */
    public static GatewayError find(int status, ByteSlice body) {
        return find(status, body, new ChatEventScanner(false));
    }

    /** @param scanner scans the body; afterwards it has the usage if the body is a response */
    static GatewayError find(int status, ByteSlice body, ChatEventScanner scanner) {
        ByteSlice document = UpstreamErrors.withoutByteOrderMark(body);
        try {
            scanner.read(document);
        } catch (MalformedJson malformed) {
            return UpstreamErrors.notJson(document, "a body with status " + status, malformed);
        }
        if (scanner.failed()) {
            return UpstreamErrors.ofEvent(document);
        }
        if (scanner.isObject()) {
            return null;
        }
        return ProviderErrorBody.read(document).hasError()
                ? UpstreamErrors.ofEvent(document)
                : UpstreamErrors.malformed("a body with status " + status + " that is not a JSON object");
    }
}
