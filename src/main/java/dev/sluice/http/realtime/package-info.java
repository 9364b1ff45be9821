/**
 * {@code GET /v1/realtime}: relays a client's WebSocket to a provider frame by frame, and charges it while it is open.
 */
package dev.sluice.http.realtime;
