/**
 * The surfaces that are no conversation: embeddings, rerank, moderations, images, speech, transcriptions, videos.
 * Clients speak OpenAI's shapes on all of them (rerank: Cohere's and Jina's).
 * {@link dev.sluice.protocol.media.MediaCodecs} is the door: bytes pass where the provider speaks the same shape, else
 * a {@link dev.sluice.protocol.media.MediaFormat} translates. Which one is data: {@code surfaces} in the catalogue.
 *
 * <p>Nothing is fetched here and nothing kept: a link stays a link, and the id of a video carries all that is needed to
 * ask for it again.
 */
package dev.sluice.protocol.media;
