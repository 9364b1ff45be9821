/**
 * Perplexity's Agent API ({@code POST /v1/agent}): like OpenAI's Responses, yet stricter (an unknown field is a 400)
 * and with search of its own. Providers speak it, clients do not.
 * {@link dev.sluice.protocol.perplexity.PerplexityProtocol} is what {@code Protocols} lists; the rest writes requests
 * ({@code PerplexityRequestEncoder}, {@code PerplexityMessageEncoder}, {@code PerplexityToolEncoder}) and reads
 * answers, whole ({@code PerplexityResponseDecoder}) or streamed ({@code PerplexityStreamDecoder});
 * {@code PerplexityCitations} makes citations of search results. Wire facts are those of Perplexity's public
 * documentation and SDK, November 2026.
 */
package dev.sluice.protocol.perplexity;
