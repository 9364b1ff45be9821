package dev.sluice.store;

import java.time.Instant;

/**
 * Something that was done at the admin listener or the command line.
 *
 * @param id given by {@link AuditLog#append}; null before
 * @param actor id of the key, or who else
 * @param action such as {@code key.revoke}
 * @param target what it was done to, such as a key's public id; may be empty
 * @param detail for people; never a secret; may be empty
 */
public record AuditEntry(String id, Instant at, String actor, String action, String target, String detail) {}
