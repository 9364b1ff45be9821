/**
 * Google's own Gemini format, {@code generateContent}. Whole and streamed answers have the same shape, so one reader
 * serves both: a whole answer is a stream of one event.
 *
 * <p>Nothing is fetched for a client: a URL goes to Google as it is, and Google takes it or refuses it.
 */
package dev.sluice.protocol.gemini;
