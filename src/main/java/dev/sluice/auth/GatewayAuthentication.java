package dev.sluice.auth;

import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.AuthResult;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Principal;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.TokenCredentials;

/**
 * Everybody who may call, for vertx-auth: virtual keys by the {@link KeyRing}, tokens of the issuer by
 * {@link JwtProvider}. One for the whole process, shared by event loops. Futures are complete when returned, but for a
 * token that must wait for the issuer's keys.
 */
public final class GatewayAuthentication implements AuthenticationProvider {

    static final Future<User> OPEN = AuthResult.of(Principal.OPEN, null).answer();
    private static final Future<User> NO_TOKEN = AuthResult.refused(
                    GatewayError.of(Kind.AUTHENTICATION, "no token was given"))
            .answer();

    private final KeyRing keys;
    private final JwtProvider tokens;

    /** @param tokens of the issuer; asked only while the config names one */
    public GatewayAuthentication(KeyRing keys, JwtProvider tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (keys.open()) {
            return OPEN;
        }
        return credentials instanceof TokenCredentials token && token.getToken() != null
                ? authenticate(token.getToken())
                : NO_TOKEN;
    }

    /** As {@link #authenticate(Credentials)}, but never open. */
    Future<User> authenticate(String token) {
        if (keys.undecided()) {
            return KeyRing.STORE_DOWN.answer();
        }
        if (tokens.configured() && JwtProvider.looksLikeOne(token)) {
            return tokens.authenticate(token);
        }
        return keys.verify(token).answer();
    }

    KeyRing keys() {
        return keys;
    }
}
