/**
 * What is taken out of prompts and answers on routes that ask for it. {@link dev.sluice.protocol.sanitize.TextRule} is
 * the one interface that a new rule implements; {@link dev.sluice.protocol.sanitize.Sanitizer} finds the text in a
 * request and in an answer, whole or streamed. Bytes are touched only where a rule found something.
 */
package dev.sluice.protocol.sanitize;
