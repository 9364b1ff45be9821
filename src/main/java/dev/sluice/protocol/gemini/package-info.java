/**
 * Google's native Gemini API, {@code generateContent}. Complete and streamed responses have the same shape, so one
 * decoder serves both: a complete response is a stream of one event.
 *
 * <p>Sluice fetches nothing for a client: a URL is sent to Google unchanged.
 */
package dev.sluice.protocol.gemini;
