/**
 * What makes two streams one: an answer that was cut goes on at another target, and the client reads it as if it had
 * been one stream. {@link dev.sluice.protocol.continuation.Continuation} is all that others see; {@code http} owns it
 * for one exchange.
 *
 * <p>Only plain text goes on. What the client was told is remembered
 * ({@link dev.sluice.protocol.continuation.ForwardedStream}), the next target is asked in the client's own format
 * ({@link dev.sluice.protocol.continuation.ResumeRequest}), and of what it says the opening, and what repeats the words
 * before, are left out ({@link dev.sluice.protocol.continuation.Overlap}).
 *
 * <p>What it must not know: who is asked, when, and whether it is worth it.
 */
package dev.sluice.protocol.continuation;
