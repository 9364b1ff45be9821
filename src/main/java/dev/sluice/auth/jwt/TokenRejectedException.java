package dev.sluice.auth.jwt;

/**
 * A token that is not let in. The message is for the log and holds no part of the token. Has no stack trace: it is an
 * answer, not a bug.
 */
final class TokenRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    TokenRejectedException(String why) {
        super(why, null, false, false);
    }
}
