package dev.sluice.http.edge;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The id of a request: the client's {@code x-request-id} when it is safe to print, otherwise one of ours. */
public final class RequestIds {

    public static final String HEADER = "x-request-id";

    private static final int MAX_LENGTH = 128;
    /** Crockford's alphabet: 5 bits a character, none that is easily misread. */
    private static final byte[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".getBytes(StandardCharsets.US_ASCII);

    private RequestIds() {}

    /** The client's id or a new one. Not stable without a client's id: call once for each request. */
    public static String of(HttpServerRequest request) {
        List<String> offered = request.headers().getAll(HEADER);
        return offered.size() == 1 && acceptable(offered.get(0)) ? offered.get(0) : next();
    }

    /** {@code req_} and 26 characters: 128 random bits. Unique, not secret, so no SecureRandom. */
    public static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] id = new byte[30];
        id[0] = 'r';
        id[1] = 'e';
        id[2] = 'q';
        id[3] = '_';
        fill(id, 4, random.nextLong());
        fill(id, 17, random.nextLong());
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    private static void fill(byte[] id, int at, long bits) {
        for (int i = 0; i < 13; i++) {
            id[at + i] = ALPHABET[(int) (bits & 31)];
            bits >>>= 5;
        }
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
