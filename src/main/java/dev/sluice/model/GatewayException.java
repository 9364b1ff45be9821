package dev.sluice.model;

/**
 * Carries a {@link GatewayError} through a failed future or out of a parser. Has no stack trace, since it is an
 * expected result and not a bug.
 */
public final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient GatewayError error;

    public GatewayException(GatewayError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public GatewayError error() {
        return error;
    }
}
