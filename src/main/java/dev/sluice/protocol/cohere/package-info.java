/**
 * Cohere's Chat, version 2 ({@code POST /v2/chat}). Providers speak it, clients do not.
 * {@link dev.sluice.protocol.cohere.CohereChat} is what {@code Dialects} lists; the rest writes requests
 * ({@code CohereRequest}, {@code CohereMessages}) and reads answers, whole ({@code CohereAnswer}) or streamed
 * ({@code CohereStream}). Wire facts are those of Cohere's public documentation and SDK, November 2026.
 */
package dev.sluice.protocol.cohere;
