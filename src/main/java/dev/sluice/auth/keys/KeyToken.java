package dev.sluice.auth.keys;

/**
 * The shape of a virtual key: {@code sk-sluice-<id>-<secret>}. The id is public, matches {@code [a-z0-9_]{1,64}} and
 * identifies the key; the secret is 43 characters of {@code [0-9A-Za-z]}, a little over 256 bits, and proves it.
 * Neither has a {@code -}.
 */
final class KeyToken {

    static final String PREFIX = "sk-sluice-";
    static final int SECRET_LENGTH = 43;
    static final int MAX_ID_LENGTH = 64;

    private KeyToken() {}

    /** The index of the secret in a well-formed token, or -1. */
    static int secretStart(String token) {
        int start = token.length() - SECRET_LENGTH;
        int idLength = start - 1 - PREFIX.length();
        if (idLength < 1 || idLength > MAX_ID_LENGTH || !token.startsWith(PREFIX) || token.charAt(start - 1) != '-') {
            return -1;
        }
        for (int i = start; i < token.length(); i++) {
            if (!isSecretCharacter(token.charAt(i))) {
                return -1;
            }
        }
        return start;
    }

    /** @param secret what {@link #secretStart} found */
    static String id(String token, int secret) {
        return token.substring(PREFIX.length(), secret - 1);
    }

    private static boolean isSecretCharacter(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }
}
