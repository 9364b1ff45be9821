package dev.sluice.protocol.media;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.UpstreamErrors;

/** What goes wrong on the way to a provider's format and back, each with the offender and the expectation. */
final class MediaErrors {

    private MediaErrors() {}

    /** The field is fine in itself, but this provider cannot do what it asks for. */
    static GatewayException unsupported(String param, String what) {
        return new GatewayException(
                GatewayError.of(Kind.UNSUPPORTED, "'" + param + "' " + what).withParam(param));
    }

    static GatewayException wrongType(String param, String expected) {
        return new GatewayException(GatewayError.invalid(
                "Invalid type for '" + param + "': expected " + expected + ".", param, "invalid_type"));
    }

    static GatewayException wrongValue(String param, String expected) {
        return new GatewayException(
                GatewayError.invalid("Invalid '" + param + "': expected " + expected + ".", param, "invalid_value"));
    }

    static GatewayException malformed(String what) {
        return new GatewayException(UpstreamErrors.malformed(what));
    }
}
