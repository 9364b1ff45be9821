package dev.sluice.auth.keys;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Instant;

/**
 * What became of a token, made once and given many times.
 *
 * @param principal who it is, or null
 * @param answer the same for vertx-auth: a user, or a failure with a {@link GatewayException}; complete
 */
public record AuthResult(Principal principal, Future<User> answer) {

    private static final String CALLER = "sluice.caller";

    /** @param endsAt when the key or token ends, or null */
    public static AuthResult of(Principal principal, Instant endsAt) {
        User user = User.create(
                new JsonObject().put("username", principal.id()),
                new JsonObject().put(CALLER, new Caller(principal, endsAt)));
        return new AuthResult(principal, Future.succeededFuture(user));
    }

    public static AuthResult refused(GatewayError error) {
        return new AuthResult(null, Future.failedFuture(new GatewayException(error)));
    }

    /** Who is behind a user that {@link #of} made. */
    public static Caller caller(User user) {
        return (Caller) user.attributes().getValue(CALLER);
    }
}
