/**
 * Cohere's Chat, version 2 ({@code POST /v2/chat}). Providers speak it, clients do not.
 * {@link dev.sluice.protocol.cohere.CohereProtocol} is what {@code Protocols} lists; the rest writes requests
 * ({@code CohereRequestEncoder}, {@code CohereMessageEncoder}) and reads answers, whole ({@code CohereResponseDecoder})
 * or streamed ({@code CohereStreamDecoder}). Wire facts are those of Cohere's public documentation and SDK, November
 * 2026.
 */
package dev.sluice.protocol.cohere;
