package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.json.JsonText;

/** Writes errors in OpenAI's envelope: {@code {"error":{"message","type","param","code"}}}. */
public final class OpenAiErrors {

    private OpenAiErrors() {}

    /** The body of an error that ends a request. */
    public static ByteSlice body(GatewayError error) {
        return ByteSlice.of(envelope(error));
    }

    /** The event that ends a stream. */
    public static ByteSlice event(GatewayError error) {
        return ByteSlice.of("data: " + envelope(error) + "\n\n");
    }

    private static String envelope(GatewayError error) {
        return "{\"error\":{\"message\":" + JsonText.quote(error.message())
                + ",\"type\":" + JsonText.quote(error.kind().type())
                + ",\"param\":" + JsonText.quote(error.param())
                + ",\"code\":" + JsonText.quote(error.code()) + "}}";
    }
}
