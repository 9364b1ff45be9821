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
 * The authentication provider for vertx-auth: checks virtual keys by the {@link KeyRing} and tokens of the issuer by
 * the {@link JwtProvider}. One for the process, shared by its event loops. Futures are complete when returned, except
 * for tokens that are not in the cache.
 */
public final class GatewayAuthentication implements AuthenticationProvider {

    static final Future<User> OPEN = AuthResult.of(Principal.OPEN, null).future();
    private static final Future<User> NO_TOKEN = AuthResult.refused(GatewayError.of(
                    Kind.AUTHENTICATION,
                    "no API key or token was sent (expected: header Authorization, x-api-key, x-goog-api-key"
                            + " or api-key)"))
            .future();

    private final KeyRing keys;
    private final JwtProvider tokens;

    /** @param tokens checks tokens; used only while the config has {@code auth.jwt} */
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

    /** As {@link #authenticate(Credentials)}, but without open mode. */
    Future<User> authenticate(String token) {
        if (keys.undecided()) {
            return KeyRing.STORE_UNAVAILABLE.future();
        }
        if (tokens.configured() && JwtProvider.isJwt(token)) {
            return tokens.authenticate(token);
        }
        return keys.verify(token).future();
    }

    KeyRing keys() {
        return keys;
    }
}
