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
 * Who may do what at the admin listener: a handler for each route, by the {@link Role} it needs. Fails the routing
 * context with a {@link GatewayException}: 401, 403 with code {@code role_needed}, or 503.
 *
 * <p>While nobody has a role (no key of the file or the store, and no issuer), whoever runs on this machine may do
 * everything, so that a first key can be made; said once in the log. Whether the store has such a key must be known for
 * that.
 */
public final class AdminAccess {

    private static final Logger LOG = LoggerFactory.getLogger(AdminAccess.class);
    private static final Future<User> OWN_MACHINE =
            AuthResult.of(Caller.OWN_MACHINE.who(), null).answer();

    private final GatewayAuthentication authentication;
    private final AtomicBoolean said = new AtomicBoolean();

    public AdminAccess(GatewayAuthentication authentication) {
        this.authentication = authentication;
    }

    /** Lets in who has this role, or one that includes it. */
    public AuthenticationHandler require(Role role) {
        return context -> admit(context, role);
    }

    /** Who is asking, for the handlers of a route after {@link #require}. */
    public static Caller caller(RoutingContext context) {
        return AuthResult.caller(context.user());
    }

    private void admit(RoutingContext context, Role role) {
        if (authentication.keys().hasAdministrators()) {
            try {
                String token = ApiKeyHandler.token(context.request().headers());
                ApiKeyHandler.when(context, authentication.authenticate(token), user -> admit(context, user, role));
            } catch (GatewayException noToken) {
                ApiKeyHandler.refuse(context, noToken);
            }
        } else if (authentication.keys().storeHeard()) {
            if (said.compareAndSet(false, true)) {
                LOG.warn("Nobody has an admin role, so the admin listener lets this machine do everything."
                        + " Make a key with role admin to close it");
            }
            admit(context, OWN_MACHINE.result(), role);
        } else {
            ApiKeyHandler.refuse(context, KeyRing.STORE_DOWN.answer().cause());
        }
    }

    private static void admit(RoutingContext context, User user, Role role) {
        Role has = AuthResult.caller(user).who().role();
        // Who is refused is known, too, to those who write it down.
        ((UserContextInternal) context.userContext()).setUser(user);
        if (has.includes(role)) {
            context.next();
            context.request().resume(); // where the token had to wait
        } else {
            ApiKeyHandler.refuse(
                    context,
                    new GatewayException(GatewayError.of(
                                    Kind.PERMISSION, "this needs role " + word(role) + "; yours is " + word(has))
                            .withCode("role_needed")));
        }
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
