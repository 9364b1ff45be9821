package dev.sluice.auth.jwt;

import dev.sluice.auth.keys.Refusals;
import dev.sluice.auth.keys.Verdict;
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

    private static final Verdict REFUSED = Verdict.refused(GatewayError.of(
                    Kind.AUTHENTICATION,
                    "This token is not accepted here. Whoever runs this gateway finds the reason in" + " its log.")
            .withCode("invalid_token"));
    private static final Verdict EXPIRED = Verdict.refused(
            GatewayError.of(Kind.AUTHENTICATION, "This token has expired.").withCode("token_expired"));
    private static final Verdict NO_KEYS = Verdict.refused(
            GatewayError.of(Kind.UNAVAILABLE, "Tokens cannot be checked just now: the issuer's keys are not there.")
                    .withCode("jwks_unavailable")
                    .withRetryAfter(RETRY_MILLIS));

    private static final Verdict TOO_MANY = Verdict.refused(
            GatewayError.of(Kind.UNAVAILABLE, "Too many tokens that were not seen before are being checked just now.")
                    .withCode("tokens_waiting")
                    .withRetryAfter(RETRY_MILLIS));

    /** Signatures that wait to be checked; at the worst a fifth of a second's work. */
    private static final int MOST_CHECKS = 256;

    private final AtomicInteger checking = new AtomicInteger();
    private final Supplier<SluiceConfig> config;
    private final IssuerBook book;
    private final LongSupplier clock;
    private final TokenCache cache = new TokenCache();
    private final Refusals refusals = new Refusals();

    /** @param clock milliseconds since 1970 */
    public JwtProvider(Supplier<SluiceConfig> config, IssuerBook book, LongSupplier clock) {
        this.config = config;
        this.book = book;
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
        IssuerKeys keys = book.now(jwt);
        if (keys != null) {
            Verdict known = cache.get(cache.digest(token), keys, whole, clock.getAsLong());
            if (known != null) {
                return known.answer();
            }
        }
        SignedToken signed;
        try {
            signed = SignedToken.read(token, jwt.algorithms());
        } catch (Unfit unfit) {
            return refused(unfit.getMessage());
        }
        if (keys == null) {
            return book.first(jwt)
                    .transform(
                            first -> first.succeeded() ? again(signed, first.result(), whole) : noKeys(first.cause()));
        }
        try {
            return judge(signed, keys, whole);
        } catch (IssuerKeys.UnknownKey unknown) {
            return book.after(keys, jwt)
                    .transform(newer ->
                            newer.succeeded() ? again(signed, newer.result(), whole) : refused(unknown.getMessage()));
        }
    }

    private Future<User> again(SignedToken token, IssuerKeys keys, SluiceConfig whole) {
        try {
            return judge(token, keys, whole);
        } catch (IssuerKeys.UnknownKey unknown) {
            return refused(unknown.getMessage());
        }
    }

    /**
     * The signature is checked on a worker: a forged one by an elliptic curve costs most of a millisecond, and who
     * sends many of them must not hold up everybody else on the loop.
     */
    private Future<User> judge(SignedToken token, IssuerKeys keys, SluiceConfig whole) throws IssuerKeys.UnknownKey {
        IssuerKey key;
        try {
            key = keys.find(token);
        } catch (Unfit unfit) {
            return refused(unfit.getMessage());
        }
        if (checking.incrementAndGet() > MOST_CHECKS) {
            checking.decrementAndGet();
            return TOO_MANY.answer();
        }
        return book.aside(() -> key.signed(token))
                .onComplete(checked -> checking.decrementAndGet())
                .compose(signed ->
                        signed ? judgeClaims(token, keys, whole) : refused("its signature is not by its key"));
    }

    private Future<User> judgeClaims(SignedToken token, IssuerKeys keys, SluiceConfig whole) {
        try {
            long now = clock.getAsLong();
            JwtClaims claims = new JwtClaims(token.claims(), whole.auth().jwt());
            claims.check(now);
            long ends = claims.endsMillis();
            if (now >= ends) {
                refusals.note("a token", "expired");
                return EXPIRED.answer();
            }
            Verdict verdict = Verdict.of(claims.principal(whole), Instant.ofEpochMilli(ends));
            cache.put(cache.digest(token.text()), verdict, ends, keys, whole, now);
            return verdict.answer();
        } catch (Unfit unfit) {
            return refused(unfit.getMessage());
        } catch (GatewayException forbidden) {
            refusals.note("a token", forbidden.error().code());
            return Future.failedFuture(forbidden);
        }
    }

    private Future<User> refused(String why) {
        refusals.note("a token", why);
        return REFUSED.answer();
    }

    private Future<User> noKeys(Throwable why) {
        refusals.note("a token", "the issuer's keys are not there: " + why.getMessage());
        return NO_KEYS.answer();
    }

    @Override
    public String toString() {
        return "JwtProvider[" + book + "]";
    }
}
