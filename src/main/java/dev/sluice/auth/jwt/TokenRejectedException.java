package dev.sluice.auth.jwt;

/**
 * A token or key set that is refused. The message is for the log and contains no part of the token. Without a stack
 * trace: it is an expected result.
 */
final class TokenRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    TokenRejectedException(String why) {
        super(why, null, false, false);
    }
}
