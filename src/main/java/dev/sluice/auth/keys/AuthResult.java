package dev.sluice.auth.keys;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Instant;

/**
 * The result of checking a key or token. Immutable; one object serves every request of a key.
 *
 * @param principal the caller, or null if refused
 * @param future the same for vertx-auth, complete: a user, or a failure with a {@link GatewayException}
 */
public record AuthResult(Principal principal, Future<User> future) {

    private static final String CALLER = "sluice.caller";

    /** @param endsAt when the key or token expires, or null */
    public static AuthResult of(Principal principal, Instant endsAt) {
        User user = User.create(
                new JsonObject().put("username", principal.id()),
                new JsonObject().put(CALLER, new Caller(principal, endsAt)));
        return new AuthResult(principal, Future.succeededFuture(user));
    }

    public static AuthResult refused(GatewayError error) {
        return new AuthResult(null, Future.failedFuture(new GatewayException(error)));
    }

    /** The caller of a user that {@link #of} created. */
    public static Caller caller(User user) {
        return (Caller) user.attributes().getValue(CALLER);
    }
}
