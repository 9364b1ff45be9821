package dev.sluice.auth.keys;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import java.time.Instant;
import java.util.List;

/**
 * An authenticated caller of the admin API or the command line.
 *
 * @param principal its rights
 * @param expiresAt when its own key or token expires, or null for never
 */
public record Caller(Principal principal, Instant expiresAt) {

    private static final Principal MACHINE = new Principal(
            "local", null, null, List.of(), List.of(), Principal.USUAL_PRIORITY, Role.ADMIN, Limits.NONE, (Budget)
                    null);

    /** The command line working on the store, and every program on this machine while no key has an admin role. */
    public static final Caller LOCAL = new Caller(MACHINE, null);
}
