/**
 * {@code GET /v1/realtime}: a client's WebSocket joined with a provider's, frame by frame, and charged while it is
 * open.
 */
package dev.sluice.http.realtime;
