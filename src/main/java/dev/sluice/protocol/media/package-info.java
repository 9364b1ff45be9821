/**
 * The surfaces other than conversations: embeddings, rerank, moderations, images, speech, transcriptions, videos.
 * Clients use OpenAI's formats on all of them (rerank: Cohere's and Jina's).
 * {@link dev.sluice.protocol.media.MediaCodecs} is the entry point: bytes are passed through if the provider has the
 * same format, else a {@link dev.sluice.protocol.media.MediaFormat} translates. The format of a provider is
 * {@code surfaces} in the catalog.
 *
 * <p>Nothing is fetched or stored here: links are passed on, and the id of a video contains all that is needed to
 * request it again.
 */
package dev.sluice.protocol.media;
