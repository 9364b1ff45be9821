/**
 * One conversation with a model, in Sluice's own terms: what every wire format is decoded to and encoded from when the
 * client's format is not the provider's. A streamed answer is a list of {@link ResponseEvent}s; assembled, it equals
 * the {@link ChatResponse} that the same answer makes when it comes whole.
 *
 * <p>JSON that Sluice does not act on (schemas, arguments, unknown parameters) stays a tree or a text as it came, with
 * the order of its members, since providers cache prompts by their bytes.
 */
package dev.sluice.model.chat;
