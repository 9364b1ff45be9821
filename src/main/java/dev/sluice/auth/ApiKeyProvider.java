package dev.sluice.auth;

import dev.sluice.config.AuthConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.TokenCredentials;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Virtual keys for vertx-auth. Its futures are complete when returned, and its users are made once per configuration: a
 * request allocates next to nothing here. May be shared by event loops.
 */
public final class ApiKeyProvider implements AuthenticationProvider {

    private static final String PRINCIPAL = "sluice.principal";
    private static final Future<User> OPEN = Future.succeededFuture(user(Principal.OPEN));
    private static final Future<User> REFUSED = Future.failedFuture(new GatewayException(GatewayError.of(
            GatewayError.Kind.AUTHENTICATION,
            "Incorrect API key provided. Ask whoever runs this gateway for a key of the form"
                    + " sk-sluice-<id>-<secret>.")));

    private final Supplier<AuthConfig> config;
    private volatile Known known;

    /** Asks {@code config} at every request, so that a key added or removed counts from the next request on. */
    public ApiKeyProvider(Supplier<AuthConfig> config) {
        this.config = config;
        this.known = new Known(config.get());
    }

    /** The principal behind a user that this provider made. */
    static Principal principal(User user) {
        return (Principal) user.attributes().getValue(PRINCIPAL);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        Known keys = known();
        if (keys.open) {
            return OPEN;
        }
        if (!(credentials instanceof TokenCredentials token) || token.getToken() == null) {
            return REFUSED;
        }
        Principal principal = keys.apiKeys.verify(token.getToken());
        return principal == null ? REFUSED : keys.users.get(principal.id());
    }

    /** True while nobody needs a key. */
    boolean open() {
        return known().open;
    }

    private Known known() {
        AuthConfig current = config.get();
        Known keys = known;
        if (keys.source != current) {
            keys = new Known(current);
            known = keys;
        }
        return keys;
    }

    private static User user(Principal principal) {
        return User.create(
                new JsonObject().put("username", principal.id()), new JsonObject().put(PRINCIPAL, principal));
    }

    /** What was made of one configuration. Two event loops may both make it at a change; either serves. */
    private static final class Known {

        private final AuthConfig source;
        private final boolean open;
        private final ApiKeys apiKeys;
        private final Map<String, Future<User>> users = new HashMap<>();

        Known(AuthConfig source) {
            this.source = source;
            this.open = source.open();
            this.apiKeys = new ApiKeys(source);
            apiKeys.principals().forEach(who -> users.put(who.id(), Future.succeededFuture(user(who))));
        }
    }
}
