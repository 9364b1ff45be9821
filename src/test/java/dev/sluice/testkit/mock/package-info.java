/**
 * Stand-ins for the providers: one HTTP server each, as strict as the real provider, with its framing, error envelopes,
 * headers and token counts. Written from the public wire formats: nothing here depends on {@code protocol} or
 * {@code model}, so that a mistake there cannot cancel itself out here.
 *
 * <p>{@link dev.sluice.testkit.mock.Script} decides the reply, independent of the format; each provider's validator
 * decides what is rejected and with which error. A test controls both by the text of the last user message.
 */
package dev.sluice.testkit.mock;
