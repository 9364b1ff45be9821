/**
 * OpenAI's Responses API, for clients and for providers. Translation is stateless: a request that needs a stored
 * response is rejected, and clients carry the state themselves (reasoning in {@code encrypted_content}). References
 * that the memory of earlier responses knows have been resolved before, by
 * {@link dev.sluice.protocol.responses.InputReferences}.
 *
 * <p>A client's request: {@link dev.sluice.protocol.responses.ResponsesRequestDecoder}; its response:
 * {@link dev.sluice.protocol.responses.ResponsesResponseEncoder} and
 * {@link dev.sluice.protocol.responses.ResponsesStreamEncoder}. A provider's request:
 * {@link dev.sluice.protocol.responses.ResponsesRequestEncoder}; its response:
 * {@link dev.sluice.protocol.responses.ResponsesResponseDecoder} and
 * {@link dev.sluice.protocol.responses.ResponsesStreamDecoder}. Pass-through:
 * {@link dev.sluice.protocol.responses.ResponsesPassThroughReader}.
 */
package dev.sluice.protocol.responses;
