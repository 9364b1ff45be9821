package dev.sluice.auth;

import dev.sluice.auth.keys.AuthResult;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.impl.UserContextInternal;
import java.util.List;
import java.util.function.Consumer;

/**
 * The authentication of the data plane. Reads the key or token from the header that the client's SDK uses:
 * {@code Authorization: Bearer} (OpenAI), {@code x-api-key} (Anthropic), {@code x-goog-api-key} (Google; on its paths
 * also the parameter {@code key} of the query) or {@code api-key} (Azure). Sets the user and calls the next handler, or
 * fails the routing context with a {@link GatewayException}. Pauses the request only while a token waits for its
 * signature check or for the issuer's keys.
 */
public final class ApiKeyHandler implements AuthenticationHandler {

    private static final CharSequence X_API_KEY = HttpHeaders.createOptimized("x-api-key");
    private static final CharSequence X_GOOG_API_KEY = HttpHeaders.createOptimized("x-goog-api-key");
    private static final CharSequence API_KEY = HttpHeaders.createOptimized("api-key");
    private static final CharSequence WWW_AUTHENTICATE = HttpHeaders.createOptimized("www-authenticate");
    private static final CharSequence BEARER = HttpHeaders.createOptimized("Bearer");
    private static final String BEARER_PREFIX = "Bearer ";

    private static final GatewayError MISSING =
            refusal("You didn't provide an API key. Send it in an Authorization header using Bearer auth "
                    + "(Authorization: Bearer YOUR_KEY), or in x-api-key, x-goog-api-key or api-key.");
    private static final GatewayError DIFFERING = refusal(
            "Several API keys were provided and they differ (Authorization, x-api-key, x-goog-api-key, api-key). Send"
                    + " one.");

    private final GatewayAuthentication authentication;

    public ApiKeyHandler(GatewayAuthentication authentication) {
        this.authentication = authentication;
    }

    /** The caller, for every handler after this one. */
    public static Principal principal(RoutingContext routing) {
        return AuthResult.caller(routing.user()).principal();
    }

    /** Whether a request has a key in a header that clients, unlike {@code Authorization}, send to every host. */
    public static boolean hasKeyOutsideAuthorization(MultiMap headers) {
        return headers.contains(X_API_KEY) || headers.contains(X_GOOG_API_KEY) || headers.contains(API_KEY);
    }

    @Override
    public void handle(RoutingContext routing) {
        // Some SDKs always send a key. In open mode it is ignored.
        if (authentication.keys().open()) {
            LocalOnlyPolicy.Violation violation = LocalOnlyPolicy.violation(routing.request());
            if (violation != null) {
                throw new GatewayException(notLocal(violation));
            }
            admit(routing, GatewayAuthentication.OPEN.result());
            return;
        }
        whenAuthenticated(
                routing, authenticate(routing.request().headers(), queryKey(routing)), user -> admit(routing, user));
    }

    /**
     * Authenticates a request again, for sessions that may outlive their key.
     *
     * @param headers of the request
     * @return a failure with a {@link GatewayException} if the request would be refused now
     */
    public Future<User> reauthenticate(MultiMap headers) {
        return authentication.keys().open() ? GatewayAuthentication.OPEN : authenticate(headers, null);
    }

    /** The key in the query, where Google's clients may send it; null elsewhere. */
    private static String queryKey(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String query = request.query();
        if (query == null || query.indexOf("key=") < 0) {
            return null;
        }
        String path = request.path();
        boolean google = path.startsWith("/v1beta/") || path.startsWith("/v1/models");
        return google ? routing.queryParams().get("key") : null;
    }

    private Future<User> authenticate(MultiMap headers, String queryKey) {
        try {
            // While it is not known whether a key is required, a missing one must not get 401.
            return authentication.authenticate(authentication.keys().undecided() ? "" : token(headers, queryKey));
        } catch (GatewayException refused) {
            return Future.failedFuture(refused);
        }
    }

    /**
     * Calls {@code then} with the user, at once if the future is complete; fails the context if authentication failed.
     */
    static void whenAuthenticated(RoutingContext routing, Future<User> user, Consumer<User> then) {
        if (!user.isComplete()) {
            whenAuthenticatedLater(routing, user, then);
        } else if (user.succeeded()) {
            then.accept(user.result());
        } else {
            refuse(routing, user.cause());
        }
    }

    private static void admit(RoutingContext routing, User user) {
        ((UserContextInternal) routing.userContext()).setUser(user);
        routing.next();
    }

    /** Leaves the request paused: the next handler may wait, too, and resumes it. */
    private static void whenAuthenticatedLater(RoutingContext routing, Future<User> user, Consumer<User> then) {
        routing.request().pause();
        Promise<User> here = ((ContextInternal) routing.vertx().getOrCreateContext()).promise();
        here.future().onComplete(done -> {
            // Nothing would end what a handler opened for a request that the client or a malformed body has ended.
            if (!routing.response().closed() && !routing.response().ended()) {
                whenAuthenticated(routing, here.future(), then);
            }
        });
        user.onComplete(here);
    }

    /**
     * The one key or token of a request.
     *
     * @param queryKey the key in the query, or null
     * @throws GatewayException if there is none, or if several differ
     */
    static String token(MultiMap headers, String queryKey) {
        String token = queryKey == null ? null : requireSame(null, queryKey);
        for (String value : headers.getAll(HttpHeaders.AUTHORIZATION)) {
            if (value.regionMatches(true, 0, BEARER_PREFIX, 0, BEARER_PREFIX.length())) {
                token = requireSame(token, value.substring(BEARER_PREFIX.length()));
            }
        }
        token = requireSame(token, headers.getAll(X_API_KEY));
        token = requireSame(token, headers.getAll(X_GOOG_API_KEY));
        token = requireSame(token, headers.getAll(API_KEY));
        if (token == null) {
            throw new GatewayException(MISSING);
        }
        return token;
    }

    private static String requireSame(String token, List<String> values) {
        String result = token;
        for (String value : values) {
            result = requireSame(result, value);
        }
        return result;
    }

    /** An empty header counts as absent: SDKs send one if their environment variable is unset. */
    private static String requireSame(String token, String value) {
        String candidate = value.strip();
        if (candidate.isEmpty()) {
            return token;
        }
        if (token != null && !token.equals(candidate)) {
            throw new GatewayException(DIFFERING);
        }
        return candidate;
    }

    static void refuse(RoutingContext routing, Throwable refusal) {
        int status = refusal instanceof GatewayException ours ? ours.error().status() : 500;
        if (status == GatewayError.Kind.AUTHENTICATION.status()) {
            routing.response().putHeader(WWW_AUTHENTICATE, BEARER);
        }
        routing.fail(status, refusal);
    }

    private static GatewayError notLocal(LocalOnlyPolicy.Violation violation) {
        String what = violation == LocalOnlyPolicy.Violation.HOST
                ? "header Host does not name this machine"
                : "header Origin names a page of another origin";
        return GatewayError.of(
                        GatewayError.Kind.PERMISSION,
                        what + "; without API keys, Sluice serves this machine only (expected: localhost or a loopback"
                                + " address in Host and Origin, or keys in auth.keys)")
                .withCode("local_only");
    }

    private static GatewayError refusal(String message) {
        return GatewayError.of(GatewayError.Kind.AUTHENTICATION, message);
    }
}
