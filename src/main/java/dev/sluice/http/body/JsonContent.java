package dev.sluice.http.body;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.HeaderText;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;

/**
 * The check that a request declares a JSON body. It also protects gateways on loopback: a web page cannot send this
 * content type without a CORS preflight.
 */
public final class JsonContent {

    private static final int LONGEST_ENCODING = 40;

    private JsonContent() {}

    /** A 415 if the content is not declared as plain UTF-8 JSON, otherwise null. */
    public static GatewayError refusal(MultiMap headers) {
        List<String> types = headers.getAll(HttpHeaders.CONTENT_TYPE);
        if (types.size() != 1 || !json(types.get(0))) {
            return GatewayError.of(
                    Kind.UNSUPPORTED_MEDIA_TYPE, "content-type not supported (expected: application/json)");
        }
        String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.isBlank() && !"identity".equalsIgnoreCase(encoding)) {
            return GatewayError.of(
                    Kind.UNSUPPORTED_MEDIA_TYPE,
                    "content-encoding " + HeaderText.printable(encoding, LONGEST_ENCODING)
                            + " is not supported (expected: none)");
        }
        return null;
    }

    private static boolean json(String declared) {
        if (declared.equals("application/json")) {
            return true;
        }
        String[] parts = declared.toLowerCase(Locale.ROOT).split(";", -1);
        String type = parts[0].strip();
        boolean json = type.equals("application/json")
                || type.startsWith("application/")
                        && type.endsWith("+json")
                        && type.length() > "application/+json".length();
        for (int i = 1; i < parts.length; i++) {
            json &= acceptable(parts[i].strip());
        }
        return json;
    }

    /** JSON between systems is UTF-8 (RFC 8259, 8.1); another charset would change what the bytes mean. */
    private static boolean acceptable(String parameter) {
        if (!parameter.startsWith("charset=")) {
            return true;
        }
        String charset = parameter.substring("charset=".length()).replace("\"", "");
        return charset.equals("utf-8") || charset.equals("utf8") || charset.equals("us-ascii");
    }
}
