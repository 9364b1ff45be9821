/**
 * The format-neutral model of a conversation: requests and responses are decoded to it and encoded from it when the
 * client's format is not the provider's. A streamed response is a list of {@link ResponseEvent}s; assembled, it equals
 * the {@link ChatResponse} of the same response when it is not streamed.
 *
 * <p>JSON that Sluice does not act on (schemas, arguments, unknown parameters) stays a tree or text as received, with
 * the order of its members, since providers cache prompts by their bytes.
 */
package dev.sluice.model.chat;
