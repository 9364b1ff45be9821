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
public record Verdict(Principal principal, Future<User> answer) {

    private static final String CALLER = "sluice.caller";

    /** @param endsAt when the key or token ends, or null */
    public static Verdict of(Principal principal, Instant endsAt) {
        User user = User.create(
                new JsonObject().put("username", principal.id()),
                new JsonObject().put(CALLER, new Minter(principal, endsAt)));
        return new Verdict(principal, Future.succeededFuture(user));
    }

    public static Verdict refused(GatewayError error) {
        return new Verdict(null, Future.failedFuture(new GatewayException(error)));
    }

    /** Who is behind a user that {@link #of} made. */
    public static Minter caller(User user) {
        return (Minter) user.attributes().getValue(CALLER);
    }
}
