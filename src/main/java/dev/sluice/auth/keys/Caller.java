package dev.sluice.auth.keys;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import java.time.Instant;
import java.util.List;

/**
 * Who makes a key.
 *
 * @param who what they themselves may
 * @param expiresAt when their own key or token ends, or null for never
 */
public record Caller(Principal who, Instant expiresAt) {

    private static final Principal MACHINE = new Principal(
            "local", null, null, List.of(), List.of(), Principal.USUAL_PRIORITY, Role.ADMIN, Limits.NONE, (Budget)
                    null);

    /** Whoever runs the command line beside the store, or asks while nobody has an admin role yet. */
    public static final Caller OWN_MACHINE = new Caller(MACHINE, null);
}
