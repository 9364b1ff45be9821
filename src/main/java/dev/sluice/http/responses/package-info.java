/**
 * The Responses API over a WebSocket: each {@code response.create} event is a request of the data plane, and the
 * connection remembers its conversations.
 */
package dev.sluice.http.responses;
