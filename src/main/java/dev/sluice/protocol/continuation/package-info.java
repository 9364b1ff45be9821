/**
 * Resumes a streamed response that was cut at another target, so that the client reads one stream.
 * {@link dev.sluice.protocol.continuation.Continuation} is the entry point; {@code http} owns one for each exchange.
 *
 * <p>Only plain text is resumed. The text forwarded to the client is kept
 * ({@link dev.sluice.protocol.continuation.ForwardedStream}), the next request is built in the client's own format
 * ({@link dev.sluice.protocol.continuation.ResumeRequest}), and the start of the second stream and its repetitions are
 * removed ({@link dev.sluice.protocol.continuation.Overlap}).
 *
 * <p>The choice of the target and the decision to resume are made elsewhere.
 */
package dev.sluice.protocol.continuation;
