package dev.sluice.http.edge;

/**
 * The grammar of {@code host[:port]} (RFC 3986, 3.2) without the parts that parsers disagree on and clients do not use:
 * user info, percent-encoding, sub-delimiters.
 */
final class HostHeader {

    private static final int MAX_LENGTH = 255 + 6;

    private HostHeader() {}

    static boolean valid(String host) {
        if (host.isEmpty() || host.length() > MAX_LENGTH) {
            return false;
        }
        int end = host.charAt(0) == '[' ? endOfAddress(host) : endOfName(host);
        return end > 0 && (end == host.length() || host.charAt(end) == ':' && port(host, end + 1));
    }

    private static int endOfAddress(String host) {
        int at = 1;
        while (at < host.length() && (hex(host.charAt(at)) || host.charAt(at) == ':' || host.charAt(at) == '.')) {
            at++;
        }
        return at > 2 && at < host.length() && host.charAt(at) == ']' ? at + 1 : -1;
    }

    private static int endOfName(String host) {
        int at = 0;
        while (at < host.length() && inName(host.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean port(String host, int from) {
        int digits = host.length() - from;
        if (digits < 1 || digits > 5) {
            return false;
        }
        int port = 0;
        for (int i = from; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + c - '0';
        }
        return port <= 65535;
    }

    private static boolean inName(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '-'
                || c == '_'
                || c == '~';
    }

    private static boolean hex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }
}
