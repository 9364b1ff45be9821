package dev.sluice.auth;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.impl.UserContextInternal;
import java.util.List;

/**
 * Takes the key from the header the client's SDK puts it in: {@code Authorization: Bearer} (OpenAI), {@code x-api-key}
 * (Anthropic) or {@code api-key} (Azure). Passes on with a user set, or fails the routing context with a
 * {@link GatewayException} that says 401. Never pauses the request: the answer is there at once.
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

    private final ApiKeyProvider provider;

    public ApiKeyHandler(ApiKeyProvider provider) {
        this.provider = provider;
    }

    /** Who is asking, for every handler after this one. */
    public static Principal principal(RoutingContext context) {
        return ApiKeyProvider.principal(context.user());
    }

    @Override
    public void handle(RoutingContext context) {
        String token = "";
        // Where no key is needed, whatever an SDK insists on sending is not looked at.
        if (provider.open()) {
            GatewayError elsewhere = OwnMachine.refusal(context.request());
            if (elsewhere != null) {
                throw new GatewayException(elsewhere);
            }
        } else {
            try {
                token = token(context.request().headers());
            } catch (GatewayException refused) {
                refuse(context, refused);
                return;
            }
        }
        provider.authenticate(new TokenCredentials(token))
                .onComplete(
                        user -> {
                            ((UserContextInternal) context.userContext()).setUser(user);
                            context.next();
                        },
                        refused -> refuse(context, refused));
    }

    private static String token(MultiMap headers) {
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

    private static void refuse(RoutingContext context, Throwable refusal) {
        context.response().putHeader(WWW_AUTHENTICATE, BEARER);
        context.fail(GatewayError.Kind.AUTHENTICATION.status(), refusal);
    }

    private static GatewayError refusal(String message) {
        return GatewayError.of(GatewayError.Kind.AUTHENTICATION, message);
    }
}
