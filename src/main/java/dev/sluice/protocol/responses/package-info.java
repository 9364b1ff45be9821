/**
 * OpenAI's Responses, as clients and providers speak it. Translation is stateless: Sluice keeps no response, so what
 * needs a kept one is refused, and what the model must get back travels with the client (reasoning sealed in
 * {@code encrypted_content}).
 *
 * <p>A client's request: {@link dev.sluice.protocol.responses.ResponsesRequestDecoder}; its answer:
 * {@link dev.sluice.protocol.responses.ResponsesResponseEncoder} and
 * {@link dev.sluice.protocol.responses.ResponsesStreamEncoder}. A provider's request:
 * {@link dev.sluice.protocol.responses.ResponsesRequestEncoder}; its answer:
 * {@link dev.sluice.protocol.responses.ResponsesResponseDecoder} and
 * {@link dev.sluice.protocol.responses.ResponsesStreamDecoder}. Bytes that pass:
 * {@link dev.sluice.protocol.responses.ResponsesStreamReader}.
 */
package dev.sluice.protocol.responses;
