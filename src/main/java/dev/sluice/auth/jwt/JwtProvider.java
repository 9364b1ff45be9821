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
 * Tokens of the OpenID Connect issuer of {@code auth.jwt}. Never lets anybody in for want of keys: without them the
 * answer is 503. One for the process; any thread.
 */
public final class JwtProvider {

    private static final long RETRY_MILLIS = 1_000;

    private static final AuthResult REFUSED = AuthResult.refused(GatewayError.of(
                    Kind.AUTHENTICATION,
                    "This token is not accepted here. Whoever runs this gateway finds the reason in" + " its log.")
            .withCode("invalid_token"));
    private static final AuthResult EXPIRED = AuthResult.refused(
            GatewayError.of(Kind.AUTHENTICATION, "This token has expired.").withCode("token_expired"));
    private static final AuthResult NO_KEYS = AuthResult.refused(
            GatewayError.of(Kind.UNAVAILABLE, "Tokens cannot be checked just now: the issuer's keys are not there.")
                    .withCode("jwks_unavailable")
                    .withRetryAfter(RETRY_MILLIS));

    private static final AuthResult TOO_MANY = AuthResult.refused(
            GatewayError.of(Kind.UNAVAILABLE, "Too many tokens that were not seen before are being checked just now.")
                    .withCode("tokens_waiting")
                    .withRetryAfter(RETRY_MILLIS));

    /** Signatures that wait to be checked; at the worst a fifth of a second's work. */
    private static final int MOST_CHECKS = 256;

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

    /** Whether to try a token here rather than as a key: a JWT begins with a brace and a quote, in base64. */
    public static boolean looksLikeOne(String token) {
        int dot = token.startsWith("eyJ") ? token.indexOf('.') : -1;
        return dot > 0 && token.indexOf('.', dot + 1) > 0;
    }

    public boolean configured() {
        return config.get().auth().jwt() != null;
    }

    /** Complete at once for a token that was accepted before. */
    public Future<User> authenticate(String token) {
        SluiceConfig whole = config.get();
        JwtConfig jwt = whole.auth().jwt();
        if (jwt == null || token.length() > SignedToken.MAX_LENGTH) {
            return refused(jwt == null ? "there is no auth.jwt" : "too long");
        }
        JwkSet keys = jwksCache.now(jwt);
        if (keys != null) {
            AuthResult known = cache.get(cache.digest(token), keys, whole, clock.getAsLong());
            if (known != null) {
                return known.answer();
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
                    .first(jwt)
                    .transform(
                            first -> first.succeeded() ? again(signed, first.result(), whole) : noKeys(first.cause()));
        }
        try {
            return judge(signed, keys, whole);
        } catch (JwkSet.UnknownKey unknown) {
            return jwksCache
                    .after(keys, jwt)
                    .transform(newer ->
                            newer.succeeded() ? again(signed, newer.result(), whole) : refused(unknown.getMessage()));
        }
    }

    private Future<User> again(SignedToken token, JwkSet keys, SluiceConfig whole) {
        try {
            return judge(token, keys, whole);
        } catch (JwkSet.UnknownKey unknown) {
            return refused(unknown.getMessage());
        }
    }

    /**
     * The signature is checked on a worker: a forged one by an elliptic curve costs most of a millisecond, and who
     * sends many of them must not hold up everybody else on the loop.
     */
    private Future<User> judge(SignedToken token, JwkSet keys, SluiceConfig whole) throws JwkSet.UnknownKey {
        VerificationKey key;
        try {
            key = keys.find(token);
        } catch (TokenRejectedException rejected) {
            return refused(rejected.getMessage());
        }
        if (checking.incrementAndGet() > MOST_CHECKS) {
            checking.decrementAndGet();
            return TOO_MANY.answer();
        }
        return jwksCache
                .aside(() -> key.signed(token))
                .onComplete(checked -> checking.decrementAndGet())
                .compose(signed ->
                        signed ? judgeClaims(token, keys, whole) : refused("its signature is not by its key"));
    }

    private Future<User> judgeClaims(SignedToken token, JwkSet keys, SluiceConfig whole) {
        try {
            long now = clock.getAsLong();
            JwtClaims claims = new JwtClaims(token.claims(), whole.auth().jwt());
            claims.check(now);
            long ends = claims.endsMillis();
            if (now >= ends) {
                refusalLog.note("a token", "expired");
                return EXPIRED.answer();
            }
            AuthResult result = AuthResult.of(claims.principal(whole), Instant.ofEpochMilli(ends));
            cache.put(cache.digest(token.text()), result, ends, keys, whole, now);
            return result.answer();
        } catch (TokenRejectedException rejected) {
            return refused(rejected.getMessage());
        } catch (GatewayException forbidden) {
            refusalLog.note("a token", forbidden.error().code());
            return Future.failedFuture(forbidden);
        }
    }

    private Future<User> refused(String why) {
        refusalLog.note("a token", why);
        return REFUSED.answer();
    }

    private Future<User> noKeys(Throwable why) {
        refusalLog.note("a token", "the issuer's keys are not there: " + why.getMessage());
        return NO_KEYS.answer();
    }

    @Override
    public String toString() {
        return "JwtProvider[" + jwksCache + "]";
    }
}
