package dev.sluice.protocol.responses;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;

/**
 * The errors of a request that refers to a response or an item which neither Sluice nor the target has, with the
 * status, code and words of OpenAI's API, which clients look for before they send the whole conversation. Another
 * target may have it.
 *
 * <p>Source: responses of OpenAI's API in public reports of 2026.
 */
public final class UnknownReference {

    /** Of an id in a message; OpenAI's have about 60. */
    private static final int MAX_CHARS = 100;

    private UnknownReference() {}

    /** @param id in {@code previous_response_id} */
    public static GatewayError response(String id) {
        return GatewayError.of(
                        Kind.UNSUPPORTED,
                        "Previous response with id '" + brief(id)
                                + "' not found. Send the whole input instead of previous_response_id.")
                .withParam("previous_response_id")
                .withCode("previous_response_not_found");
    }

    /** @param path of the item that refers to it, such as {@code input[1]} */
    static GatewayError item(String id, String path) {
        return GatewayError.of(
                        Kind.UNSUPPORTED,
                        "Item with id '" + brief(id) + "' not found. '" + path
                                + "' refers to it: send the item itself instead.")
                .withStatus(404)
                .withParam("input")
                .withCode("item_not_found");
    }

    private static String brief(String id) {
        return id.length() <= MAX_CHARS ? id : id.substring(0, MAX_CHARS) + "…";
    }
}
