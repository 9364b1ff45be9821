package dev.sluice.auth;

import dev.sluice.auth.keys.AuthResult;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.impl.UserContextInternal;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes the key or token from the header the client's SDK puts it in: {@code Authorization: Bearer} (OpenAI),
 * {@code x-api-key} (Anthropic) or {@code api-key} (Azure). Passes on with a user set, or fails the routing context
 * with a {@link GatewayException}. Pauses the request only where the answer is not there at once, which is while an
 * issuer's keys are fetched.
 */
public final class ApiKeyHandler implements AuthenticationHandler {

    private static final CharSequence X_API_KEY = HttpHeaders.createOptimized("x-api-key");
    private static final CharSequence API_KEY = HttpHeaders.createOptimized("api-key");
    private static final CharSequence WWW_AUTHENTICATE = HttpHeaders.createOptimized("www-authenticate");
    private static final CharSequence BEARER = HttpHeaders.createOptimized("Bearer");
    private static final String BEARER_PREFIX = "Bearer ";

    private static final GatewayError MISSING =
            refusal("You didn't provide an API key. Send it in an Authorization header using Bearer auth "
                    + "(Authorization: Bearer YOUR_KEY), or in x-api-key or api-key.");
    private static final GatewayError DIFFERING =
            refusal("Several API keys were provided and they differ (Authorization, x-api-key, api-key). Send one.");

    private final GatewayAuthentication authentication;

    public ApiKeyHandler(GatewayAuthentication authentication) {
        this.authentication = authentication;
    }

    /** Who is asking, for every handler after this one. */
    public static Principal principal(RoutingContext context) {
        return AuthResult.caller(context.user()).who();
    }

    @Override
    public void handle(RoutingContext context) {
        // Where no key is needed, whatever an SDK insists on sending is not looked at.
        if (authentication.keys().open()) {
            GatewayError elsewhere = LocalOnlyPolicy.refusal(context.request());
            if (elsewhere != null) {
                throw new GatewayException(elsewhere);
            }
            admit(context, GatewayAuthentication.OPEN.result());
            return;
        }
        when(context, authenticate(context.request().headers()), user -> admit(context, user));
    }

    /**
     * Asks once more for whom a request was let in; for what outlives a request's usual length.
     *
     * @param headers the request's
     * @return a failure with a {@link GatewayException} when it would be refused now
     */
    public Future<User> again(MultiMap headers) {
        return authentication.keys().open() ? GatewayAuthentication.OPEN : authenticate(headers);
    }

    private Future<User> authenticate(MultiMap headers) {
        try {
            // While nobody knows whether a key is needed, none is looked for: who has none is not to blame.
            return authentication.authenticate(authentication.keys().undecided() ? "" : token(headers));
        } catch (GatewayException refused) {
            return Future.failedFuture(refused);
        }
    }

    /** Goes on with the user at once where that is possible; fails the context where there is none. */
    static void when(RoutingContext context, Future<User> answer, Consumer<User> then) {
        if (!answer.isComplete()) {
            later(context, answer, then);
        } else if (answer.succeeded()) {
            then.accept(answer.result());
        } else {
            refuse(context, answer.cause());
        }
    }

    private static void admit(RoutingContext context, User user) {
        ((UserContextInternal) context.userContext()).setUser(user);
        context.next();
    }

    /** The request stays paused: whoever comes next may have to wait for something, too, and resumes it then. */
    private static void later(RoutingContext context, Future<User> answer, Consumer<User> then) {
        context.request().pause();
        Promise<User> here = ((ContextInternal) context.vertx().getOrCreateContext()).promise();
        here.future().onComplete(done -> {
            if (!context.response().closed()) {
                when(context, here.future(), then);
            }
        });
        answer.onComplete(here);
    }

    /**
     * The one key or token of a request.
     *
     * @throws GatewayException when there is none, or several that differ
     */
    static String token(MultiMap headers) {
        String token = null;
        for (String value : headers.getAll(HttpHeaders.AUTHORIZATION)) {
            if (value.regionMatches(true, 0, BEARER_PREFIX, 0, BEARER_PREFIX.length())) {
                token = same(token, value.substring(BEARER_PREFIX.length()));
            }
        }
        token = same(token, headers.getAll(X_API_KEY));
        token = same(token, headers.getAll(API_KEY));
        if (token == null) {
            throw new GatewayException(MISSING);
        }
        return token;
    }

    private static String same(String token, List<String> values) {
        String result = token;
        for (String value : values) {
            result = same(result, value);
        }
        return result;
    }

    /** An empty header says nothing; SDKs send one when their environment variable is unset. */
    private static String same(String token, String value) {
        String candidate = value.strip();
        if (candidate.isEmpty()) {
            return token;
        }
        if (token != null && !token.equals(candidate)) {
            throw new GatewayException(DIFFERING);
        }
        return candidate;
    }

    static void refuse(RoutingContext context, Throwable refusal) {
        int status = refusal instanceof GatewayException ours ? ours.error().status() : 500;
        if (status == GatewayError.Kind.AUTHENTICATION.status()) {
            context.response().putHeader(WWW_AUTHENTICATE, BEARER);
        }
        context.fail(status, refusal);
    }

    private static GatewayError refusal(String message) {
        return GatewayError.of(GatewayError.Kind.AUTHENTICATION, message);
    }
}
