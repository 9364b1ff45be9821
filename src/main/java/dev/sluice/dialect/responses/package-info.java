/**
 * OpenAI's Responses, as clients and providers speak it. Translation is stateless: Sluice keeps no response, so what
 * needs a kept one is refused, and what the model must get back travels with the client (reasoning sealed in
 * {@code encrypted_content}).
 *
 * <p>A client's request: {@link dev.sluice.dialect.responses.RequestDecoder}; its answer:
 * {@link dev.sluice.dialect.responses.ResponseBody} and {@link dev.sluice.dialect.responses.EventWriter}. A provider's
 * request: {@link dev.sluice.dialect.responses.BodyEncoder}; its answer:
 * {@link dev.sluice.dialect.responses.WholeDecoder} and {@link dev.sluice.dialect.responses.EventDecoder}. Bytes that
 * pass: {@link dev.sluice.dialect.responses.ResponsesReader}.
 */
package dev.sluice.dialect.responses;
