/**
 * OpenAI's Responses, as clients and providers speak it. Translation is stateless: Sluice keeps no response, so what
 * needs a kept one is refused, and what the model must get back travels with the client (reasoning sealed in
 * {@code encrypted_content}).
 *
 * <p>A client's request: {@link dev.sluice.protocol.responses.RequestDecoder}; its answer:
 * {@link dev.sluice.protocol.responses.ResponseBody} and {@link dev.sluice.protocol.responses.EventWriter}. A
 * provider's request: {@link dev.sluice.protocol.responses.BodyEncoder}; its answer:
 * {@link dev.sluice.protocol.responses.WholeDecoder} and {@link dev.sluice.protocol.responses.EventDecoder}. Bytes that
 * pass: {@link dev.sluice.protocol.responses.ResponsesReader}.
 */
package dev.sluice.protocol.responses;
