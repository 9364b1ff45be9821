package dev.sluice.store;

import java.time.Instant;

/**
 * One entry of the audit log: an action at the admin listener or the command line.
 *
 * @param id assigned by {@link AuditLog#append}; null before
 * @param actor id of the key, or the name of another actor
 * @param action such as {@code key.revoke}
 * @param target the object of the action, such as a key's public id; may be empty
 * @param detail human-readable text without secrets; may be empty
 */
public record AuditEntry(String id, Instant at, String actor, String action, String target, String detail) {}
