/**
 * Sanitizes prompts and responses on routes that enable it. {@link dev.sluice.protocol.sanitize.TextRule} is the
 * interface that a new rule implements; {@link dev.sluice.protocol.sanitize.Sanitizer} applies the rules to requests
 * and to responses, complete or streamed. Bytes change only when a rule matches.
 */
package dev.sluice.protocol.sanitize;
