package dev.sluice.protocol.request;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ParameterNames;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides how a target's {@link Quirks} change the top-level members of a request: for bodies that pass through as
 * bytes, for forms, and for bodies that an encoder wrote. Quirks are applied last, after the protocol's mapping, so
 * members have the names of the target's format.
 *
 * <ol>
 *   <li>A member listed under {@code drop} is left out, also when it is listed under {@code rename}, and also when its
 *       name differs from the listed one only by case, {@code _} and {@code -}.
 *   <li>A member listed under {@code rename} gets its new name. If the body has a value of that name, or an earlier
 *       member was renamed to it, that value is kept and this member is left out.
 *   <li>A null member is left out when another member is renamed to its name.
 *   <li>A default is added when the body had no member of its name, not even a null or a dropped one, and no member was
 *       renamed to it. A default of a dropped {@code routing} parameter is added in any case.
 * </ol>
 *
 * Every client member that does not reach the target under its own name is reported, except nulls.
 */
public final class QuirkRules {

    private final Quirks quirks;
    private final Members members;
    private List<String> renameTargets = List.of();

    /** @param members the members of the body before any quirk is applied */
    public QuirkRules(Quirks quirks, Members members) {
        this.quirks = quirks;
        this.members = members;
    }

    /**
     * The name of a member at the target, or null when it is left out. Must be called once for each member, in the
     * order of the body.
     */
    public String target(String name) {
        if (isDropped(name) || !members.hasValue(name) && isRenameTarget(name)) {
            return null;
        }
        String target = quirks.rename().get(name);
        if (target == null || target.equals(name)) {
            return name;
        }
        if (isUsedTarget(target) || members.hasValue(target)) {
            return null;
        }
        if (renameTargets.isEmpty()) {
            renameTargets = new ArrayList<>(2);
        }
        renameTargets.add(target);
        return target;
    }

    /** Whether the default of this name is added. Must be called after {@link #target} of all members. */
    public boolean addsDefault(String name) {
        boolean absent = !members.has(name) || quirks.routing().contains(name) && isDropped(name);
        return absent && !isUsedTarget(name);
    }

    /** Providers that read names leniently would read another spelling of a dropped name. */
    private boolean isDropped(String name) {
        if (quirks.drop().contains(name)) {
            return true;
        }
        for (String dropped : quirks.drop()) {
            if (ParameterNames.isSpellingOf(name, dropped)) {
                return true;
            }
        }
        return false;
    }

    private boolean isUsedTarget(String target) {
        return renameTargets.contains(target);
    }

    /** Whether a member of the body may be renamed to this name. */
    private boolean isRenameTarget(String name) {
        for (var rename : quirks.rename().entrySet()) {
            if (rename.getValue().equals(name) && members.has(rename.getKey())) {
                return true;
            }
        }
        return false;
    }

    /** The top-level members of a body. */
    public interface Members {

        /** Whether the body has the member, null or not. */
        boolean has(String name);

        /** Whether the body has the member and it is not null. */
        boolean hasValue(String name);
    }
}
