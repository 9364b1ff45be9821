package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.error.ClientErrorText;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.spi.FailureEvents;

/** Writes errors in OpenAI's envelope: {@code {"error":{"message","type","param","code"}}}. */
public final class OpenAiErrors {

    /** The end of a failed stream of chunks. */
    public static final FailureEvents FAILURE_EVENTS = (error, requestId) -> events(error);

    private OpenAiErrors() {}

    /** The body of an error that ends a request. */
    public static ByteSlice body(GatewayError error) {
        return ByteSlice.of(envelope(error));
    }

    /**
     * OpenAI's libraries read an error from an event without a name; langchain4j ignores that one and reads an event
     * named {@code error}.
     */
    private static ByteSlice events(GatewayError error) {
        String data = "data: " + envelope(error) + "\n\n";
        return ByteSlice.of(data + "event: error\n" + data);
    }

    private static String envelope(GatewayError error) {
        return "{\"error\":{\"message\":" + JsonText.quote(ClientErrorText.openAi(error))
                + ",\"type\":" + JsonText.quote(error.kind().type())
                + ",\"param\":" + JsonText.quote(error.param())
                + ",\"code\":" + JsonText.quote(error.code()) + "}}";
    }
}
