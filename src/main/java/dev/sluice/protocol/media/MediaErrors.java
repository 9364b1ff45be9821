package dev.sluice.protocol.media;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.UpstreamErrors;

/** Errors of translating media requests and responses. Each names the invalid field and what is expected. */
final class MediaErrors {

    private MediaErrors() {}

    /** The field is valid, but this provider does not support it. */
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
