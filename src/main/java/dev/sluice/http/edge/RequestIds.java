package dev.sluice.http.edge;

import dev.sluice.model.RequestId;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The id of a request: the client's {@code x-request-id} if it is safe to print, otherwise a generated one. */
public final class RequestIds {

    public static final CharSequence HEADER = AsciiString.cached("x-request-id");

    /** The name that Anthropic's clients read. */
    public static final CharSequence ANTHROPIC_HEADER = AsciiString.cached("request-id");

    private static final int MAX_LENGTH = 128;

    private RequestIds() {}

    /** The client's id or a new one. Must be called once for each request, because generated ids differ. */
    public static String of(HttpServerRequest request) {
        List<String> offered = request.headers().getAll(HEADER);
        return offered.size() == 1 && acceptable(offered.get(0)) ? offered.get(0) : RequestId.next();
    }

    /**
     * Whether an id matches {@code [A-Za-z0-9._:-]{1,128}}: it goes into logs, headers and upstream requests as it is.
     */
    static boolean acceptable(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fine = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= ':'
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!fine) {
                return false;
            }
        }
        return true;
    }
}
