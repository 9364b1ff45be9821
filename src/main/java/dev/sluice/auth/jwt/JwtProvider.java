package dev.sluice.auth.jwt;

import dev.sluice.auth.keys.AuthResult;
import dev.sluice.auth.keys.RefusalLog;
import dev.sluice.config.JwtConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The token verifier: checks tokens of the OpenID Connect issuer of {@code auth.jwt}. Without the issuer's keys,
 * requests get 503. One for the process; may be called from any thread.
 */
public final class JwtProvider {

    private static final long RETRY_MILLIS = 1_000;

    private static final AuthResult REFUSED = AuthResult.refused(GatewayError.of(
                    Kind.AUTHENTICATION,
                    "This token is not accepted here. The log of this gateway has the reason; ask its operator.")
            .withCode("invalid_token"));
    private static final AuthResult EXPIRED = AuthResult.refused(
            GatewayError.of(Kind.AUTHENTICATION, "This token has expired. Request a new one from its issuer.")
                    .withCode("token_expired"));
    private static final AuthResult NO_KEYS = AuthResult.refused(GatewayError.of(
                    Kind.UNAVAILABLE, "Tokens cannot be checked: the issuer's keys are not available. Try again later.")
            .withCode("jwks_unavailable")
            .withRetryAfter(RETRY_MILLIS));

    private static final AuthResult TOO_MANY = AuthResult.refused(
            GatewayError.of(Kind.UNAVAILABLE, "Too many new tokens are being checked. Try again later.")
                    .withCode("token_checks_busy")
                    .withRetryAfter(RETRY_MILLIS));

    /** Concurrent signature checks: at most a fifth of a second of work. */
    private static final int MAX_CHECKS = 256;

    private final AtomicInteger checking = new AtomicInteger();
    private final Supplier<SluiceConfig> config;
    private final JwksCache jwksCache;
    private final LongSupplier clock;
    private final TokenCache cache = new TokenCache();
    private final RefusalLog refusalLog = new RefusalLog();

    /** @param clock milliseconds since 1970 */
    public JwtProvider(Supplier<SluiceConfig> config, JwksCache jwksCache, LongSupplier clock) {
        this.config = config;
        this.jwksCache = jwksCache;
        this.clock = clock;
    }

    /** Whether a token is a JWT rather than a key: it begins with a brace and a quote, in base64url. */
    public static boolean isJwt(String token) {
        int dot = token.startsWith("eyJ") ? token.indexOf('.') : -1;
        return dot > 0 && token.indexOf('.', dot + 1) > 0;
    }

    public boolean configured() {
        return config.get().auth().jwt() != null;
    }

    /** Complete when returned if the token was accepted before. */
    public Future<User> authenticate(String token) {
        SluiceConfig whole = config.get();
        JwtConfig jwt = whole.auth().jwt();
        if (jwt == null || token.length() > SignedToken.MAX_LENGTH) {
            return refused(
                    jwt == null ? "auth.jwt is not set" : "longer than " + SignedToken.MAX_LENGTH + " characters");
        }
        JwkSet keys = jwksCache.current(jwt);
        if (keys != null) {
            AuthResult known = cache.get(cache.digest(token), keys, whole, clock.getAsLong());
            if (known != null) {
                return known.future();
            }
        }
        SignedToken signed;
        try {
            signed = SignedToken.read(token, jwt.algorithms());
        } catch (TokenRejectedException rejected) {
            return refused(rejected.getMessage());
        }
        if (keys == null) {
            return jwksCache
                    .awaitFirst(jwt)
                    .transform(first ->
                            first.succeeded() ? verifyWith(signed, first.result(), whole) : noKeys(first.cause()));
        }
        try {
            return verifySignature(signed, keys, whole);
        } catch (JwkSet.UnknownKey unknown) {
            return jwksCache
                    .awaitNewer(keys, jwt)
                    .transform(newer -> newer.succeeded()
                            ? verifyWith(signed, newer.result(), whole)
                            : refused(unknown.getMessage()));
        }
    }

    private Future<User> verifyWith(SignedToken token, JwkSet keys, SluiceConfig whole) {
        try {
            return verifySignature(token, keys, whole);
        } catch (JwkSet.UnknownKey unknown) {
            return refused(unknown.getMessage());
        }
    }

    /**
     * On a worker thread: checking a forged elliptic-curve signature takes up to a millisecond, and many of them would
     * block the event loop.
     */
    private Future<User> verifySignature(SignedToken token, JwkSet keys, SluiceConfig whole) throws JwkSet.UnknownKey {
        VerificationKey key;
        try {
            key = keys.find(token);
        } catch (TokenRejectedException rejected) {
            return refused(rejected.getMessage());
        }
        if (checking.incrementAndGet() > MAX_CHECKS) {
            checking.decrementAndGet();
            return TOO_MANY.future();
        }
        return jwksCache
                .onWorker(() -> key.verifies(token))
                .onComplete(checked -> checking.decrementAndGet())
                .compose(signed ->
                        signed ? verifyClaims(token, keys, whole) : refused("its signature does not match its key"));
    }

    private Future<User> verifyClaims(SignedToken token, JwkSet keys, SluiceConfig whole) {
        try {
            long now = clock.getAsLong();
            JwtClaims claims = new JwtClaims(token.claims(), whole.auth().jwt());
            claims.check(now);
            long ends = claims.expiryMillis();
            if (now >= ends) {
                refusalLog.log("a token", "expired");
                return EXPIRED.future();
            }
            AuthResult result = AuthResult.of(claims.principal(whole), Instant.ofEpochMilli(ends));
            cache.put(cache.digest(token.text()), result, ends, keys, whole, now);
            return result.future();
        } catch (TokenRejectedException rejected) {
            return refused(rejected.getMessage());
        } catch (GatewayException forbidden) {
            refusalLog.log("a token", forbidden.error().code());
            return Future.failedFuture(forbidden);
        }
    }

    private Future<User> refused(String why) {
        refusalLog.log("a token", why);
        return REFUSED.future();
    }

    private Future<User> noKeys(Throwable why) {
        refusalLog.log("a token", "the issuer's keys are not available: " + why.getMessage());
        return NO_KEYS.future();
    }

    @Override
    public String toString() {
        return "JwtProvider[" + jwksCache + "]";
    }
}
