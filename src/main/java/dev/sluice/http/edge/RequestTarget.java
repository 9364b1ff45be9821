package dev.sluice.http.edge;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import java.util.List;

/**
 * The check of request targets for what a proxy and the router could read differently: dot segments, encoded
 * separators, letters and digits, control characters, invalid percent-encoding, empty segments.
 */
public final class RequestTarget {

    /** Paths whose tail is an opaque name: {@code openai%2Fgpt-4o}, as SDKs encode a model's name, is data there. */
    private final List<String> opaqueTails;

    private final boolean absoluteAdmitted;

    RequestTarget(List<String> opaqueTails) {
        this(opaqueTails, true);
    }

    /** @param absoluteAdmitted whether a target may be a whole URL, as clients send it to a proxy (RFC 9112, 3.2.2) */
    RequestTarget(List<String> opaqueTails, boolean absoluteAdmitted) {
        this.opaqueTails = opaqueTails;
        this.absoluteAdmitted = absoluteAdmitted;
    }

    /**
     * The authority of an absolute target ({@code http://host:port/path}), or null for one that begins with its path.
     */
    static String authorityOf(String target) {
        int begin = afterScheme(target);
        return begin == 0 ? null : target.substring(begin, endOfAuthority(target, begin));
    }

    /**
     * The target from the end of a prefix of its path, query included. The router has matched the decoded path, so the
     * prefix may be spelled otherwise in the target.
     *
     * @throws GatewayException if the path does not begin with these characters
     */
    public static String tail(String target, String prefix) {
        int scheme = afterScheme(target);
        int path = scheme == 0 ? 0 : endOfAuthority(target, scheme);
        if (!target.startsWith(prefix, path)) {
            throw new GatewayException(
                    GatewayError.invalid("request target must spell " + prefix + " literally", null, "bad_path"));
        }
        return target.substring(path + prefix.length());
    }

    /** What is wrong with the target, as the end of a sentence that begins with "request target", or null. */
    String flaw(String target) {
        int scheme = afterScheme(target);
        int path = scheme == 0 ? 0 : endOfAuthority(target, scheme);
        if (scheme > 0 && !absoluteAdmitted) {
            return "must begin with /";
        }
        if (path == target.length() && scheme > 0) {
            return null;
        }
        if (target.isEmpty() || target.charAt(path) != '/') {
            return "must begin with /";
        }
        int query = target.indexOf('?', path);
        String flaw = flawOfPath(target, path, query < 0 ? target.length() : query);
        return flaw != null || query < 0 ? flaw : flawOfQuery(target, query + 1);
    }

    private String flawOfPath(String target, int from, int to) {
        boolean slashIsData = opaque(target, from);
        int length = 0;
        int dots = 0;
        for (int i = from; i < to; i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c > '~' || c == '#' || c == '\\') {
                return "has a character that must be percent-encoded";
            }
            if (c == '%') {
                int octet = octet(target, i, to);
                if (octet < 0) {
                    return "has an invalid percent-encoding";
                }
                if (octet < ' ' || octet == 0x7f || octet == '\\' || octet == '/' && !slashIsData) {
                    return "has an encoded separator or control character";
                }
                if (letterOrDigit(octet) && !slashIsData) {
                    return "has an encoded letter or digit";
                }
                c = (char) octet;
                i += 2;
            }
            if (c == '/') {
                if (dotSegment(length, dots)) {
                    return "has a dot segment";
                }
                if (length == 0 && i > from && !slashIsData) {
                    return "has an empty segment (//)";
                }
                length = 0;
                dots = 0;
            } else {
                length++;
                dots += c == '.' ? 1 : 0;
            }
        }
        return dotSegment(length, dots) ? "has a dot segment" : null;
    }

    private static String flawOfQuery(String target, int from) {
        for (int i = from; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c > '~' || c == '#') {
                return "has a character that must be percent-encoded";
            }
            if (c == '%') {
                int octet = octet(target, i, target.length());
                if (octet <= 0) {
                    return "has an invalid percent-encoding";
                }
            }
        }
        return null;
    }

    private boolean opaque(String target, int path) {
        for (String prefix : opaqueTails) {
            if (target.startsWith(prefix, path)) {
                return true;
            }
        }
        return false;
    }

    /** Both spellings name the same resource (RFC 3986, 6.2.2.2), which rules of a proxy may not know. */
    private static boolean letterOrDigit(int octet) {
        return octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z' || octet >= '0' && octet <= '9';
    }

    private static boolean dotSegment(int length, int dots) {
        return length == dots && (dots == 1 || dots == 2);
    }

    private static int afterScheme(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
    }

    private static int endOfAuthority(String target, int from) {
        int slash = target.indexOf('/', from);
        return slash < 0 ? target.length() : slash;
    }

    private static int octet(String text, int percent, int to) {
        if (percent + 2 >= to) {
            return -1;
        }
        int high = Character.digit(text.charAt(percent + 1), 16);
        int low = Character.digit(text.charAt(percent + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
