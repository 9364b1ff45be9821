/**
 * Perplexity's Agent API ({@code POST /v1/agent}): similar to OpenAI's Responses, but stricter (an unknown field is a
 * 400) and with its own search. A provider format only. {@link dev.sluice.protocol.perplexity.PerplexityProtocol} is
 * the entry point that {@code Protocols} lists; the rest encodes requests ({@code PerplexityRequestEncoder},
 * {@code PerplexityMessageEncoder}, {@code PerplexityToolEncoder}) and decodes responses, complete
 * ({@code PerplexityResponseDecoder}) or streamed ({@code PerplexityStreamDecoder}); {@code PerplexityCitations}
 * assigns search results to texts. Source: Perplexity's public documentation and SDK, November 2026.
 */
package dev.sluice.protocol.perplexity;
