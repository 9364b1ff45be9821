package dev.sluice.auth;

import dev.sluice.auth.keys.AuthResult;
import dev.sluice.auth.keys.Caller;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Role;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.impl.UserContextInternal;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorization of the admin listener: a handler for each route, by the {@link Role} that the route requires. Fails
 * the routing context with a {@link GatewayException}: 401, 403 with code {@code role_required}, or 503.
 *
 * <p>While no caller can have a role (no key of the config file or the store has one, and there is no issuer), every
 * program on this machine has role admin, so that a first key can be created. One warning in the log says so. While the
 * keys of the store are not known, the response is 503.
 */
public final class AdminAccess {

    private static final Logger LOG = LoggerFactory.getLogger(AdminAccess.class);
    private static final Future<User> LOCAL =
            AuthResult.of(Caller.LOCAL.principal(), null).future();

    private final GatewayAuthentication authentication;
    private final AtomicBoolean warned = new AtomicBoolean();

    public AdminAccess(GatewayAuthentication authentication) {
        this.authentication = authentication;
    }

    /** Admits callers with this role or one that includes it. */
    public AuthenticationHandler require(Role role) {
        return routing -> admit(routing, role);
    }

    /** The caller, for the handlers of a route after {@link #require}. */
    public static Caller caller(RoutingContext routing) {
        return AuthResult.caller(routing.user());
    }

    private void admit(RoutingContext routing, Role role) {
        if (authentication.keys().hasAdministrators()) {
            try {
                String token = ApiKeyHandler.token(routing.request().headers(), null);
                ApiKeyHandler.whenAuthenticated(
                        routing, authentication.authenticate(token), user -> admit(routing, user, role));
            } catch (GatewayException noToken) {
                ApiKeyHandler.refuse(routing, noToken);
            }
        } else if (authentication.keys().storeKnown()) {
            if (warned.compareAndSet(false, true)) {
                LOG.warn("No key has an admin role: the admin listener gives every program on this machine role admin."
                        + " Create a key with role admin to require keys");
            }
            admit(routing, LOCAL.result(), role);
        } else {
            ApiKeyHandler.refuse(routing, KeyRing.STORE_UNAVAILABLE.future().cause());
        }
    }

    private static void admit(RoutingContext routing, User user, Role role) {
        Role has = AuthResult.caller(user).principal().role();
        // Set for refused callers, too: the audit log names them.
        ((UserContextInternal) routing.userContext()).setUser(user);
        if (has.includes(role)) {
            routing.next();
            routing.request().resume(); // paused while a token was checked
        } else {
            ApiKeyHandler.refuse(
                    routing,
                    new GatewayException(GatewayError.of(
                                    Kind.PERMISSION,
                                    "role " + label(role) + " is required; the role of this key or token is "
                                            + label(has))
                            .withCode("role_required")));
        }
    }

    private static String label(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
