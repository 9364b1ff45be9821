package dev.sluice.protocol.json;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;

/**
 * Thrown for bytes that are not valid JSON. Names the position and what was expected, never what was found, which may
 * be a prompt.
 */
public final class MalformedJson extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param at offset of the invalid byte from the start of the document
     * @param problem for example {@code expected ',' or '}'}
     */
    public MalformedJson(int at, String problem) {
        this("is not valid JSON at byte " + at + ": " + problem);
    }

    /** @param problem follows the name of the document, for example {@code exceeds a limit} */
    MalformedJson(String problem) {
        super(problem, null, false, false);
    }

    /** The error of a client whose request body is malformed. */
    public GatewayException ofRequestBody() {
        return new GatewayException(GatewayError.invalid("The body " + getMessage() + ".", null, "invalid_json"));
    }
}
