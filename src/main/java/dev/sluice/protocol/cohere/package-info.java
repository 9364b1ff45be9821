/**
 * Cohere's Chat, version 2 ({@code POST /v2/chat}). A provider format only.
 * {@link dev.sluice.protocol.cohere.CohereProtocol} is the entry point that {@code Protocols} lists; the rest encodes
 * requests ({@code CohereRequestEncoder}, {@code CohereMessageEncoder}) and decodes responses, complete
 * ({@code CohereResponseDecoder}) or streamed ({@code CohereStreamDecoder}). Source: Cohere's public documentation and
 * SDK, November 2026.
 */
package dev.sluice.protocol.cohere;
